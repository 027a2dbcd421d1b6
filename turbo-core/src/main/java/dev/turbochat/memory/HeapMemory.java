package dev.turbochat.memory;

import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Journals on the heap. What was said is kept as the objects it is: nothing is encoded, nothing is hashed.
 *
 * <p>Sessions have nothing in common but the maps that they are found in, so that none waits for another.
 */
final class HeapMemory implements Memory {
    private final Map<String, Log> logs = new ConcurrentHashMap<>();

    /** When sessions should be looked after. What is in here of one is changed while its log's monitor is held. */
    private final Map<String, Instant> wakes = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** One session, or an inbox that no session was made for yet: then it has no entries. Its monitor guards all of it. */
    private static final class Log {
        final UUID incarnation = UUID.randomUUID();
        final HeapEntries entries = new HeapEntries();
        long epoch;
        long lastAppend;
        String owner = "";
        boolean deleted;

        volatile @Nullable Token token;

        volatile List<Delivery> inbox = List.of();
    }

    /** The log of this session, made if need be, which is not deleted as long as this holds its lock. */
    private <R> R locked(String session, Function<Log, R> work) {
        while (true) {
            checkOpen();
            Log log = logs.computeIfAbsent(session, id -> new Log());
            synchronized (log) {
                checkOpen(); // or closing has missed this log
                if (!log.deleted) { // between finding and locking it
                    return work.apply(log);
                }
            }
        }
    }

    @Override
    public Opening open(String session, String owner) {
        return locked(session, log -> {
            if (log.token != null) {
                return new Opening.Busy(log.owner, Duration.ZERO);
            }
            Token token = new Token(++log.epoch, UUID.randomUUID());
            log.token = token;
            log.owner = owner;
            log.lastAppend = 0;
            if (log.entries.isEmpty()) {
                log.entries.add(Logs.header(session, log.incarnation, Instant.now()));
            }
            return new Opening.Granted(log.incarnation, token, log.entries.all());
        });
    }

    @Override
    public Appended append(Append append) {
        return store(append, false);
    }

    @Override
    public Appended replace(Append append) {
        return store(append, true);
    }

    private Appended store(Append append, boolean anew) {
        checkOpen();
        Log log = logs.get(append.session());
        if (log == null) {
            checkOpen(); // closing took them all
            return Appended.GONE;
        }
        synchronized (log) {
            if (log.deleted || !log.incarnation.equals(append.incarnation())) {
                return Appended.GONE;
            }
            if (!append.token().equals(log.token)) {
                return Appended.FENCED;
            }
            if (append.appendId() == log.lastAppend) {
                return Appended.ALREADY;
            }
            if (append.expectedLength() != log.entries.next()) {
                return Appended.CONFLICT;
            }
            List<String> known = append.known();
            if (known != null
                    && log.inbox.stream()
                            .map(Delivery::id)
                            .anyMatch(
                                    id -> !known.contains(id) && !append.taken().contains(id))) {
                return Appended.WAITING;
            }
            if (anew) {
                log.entries.clear();
            }
            log.entries.addAll(append.entries());
            log.lastAppend = append.appendId();
            wake(log, append.session(), append.wake(), append.taken(), List.of());
            return Appended.OK;
        }
    }

    private void wake(Log log, String session, @Nullable Instant wake, List<String> taken, List<String> left) {
        if (!taken.isEmpty() && !log.inbox.isEmpty()) {
            log.inbox = log.inbox.stream()
                    .filter(delivery -> !taken.contains(delivery.id()))
                    .toList();
        }
        boolean wanted = !log.inbox.isEmpty() && log.inbox.stream().anyMatch(delivery -> !left.contains(delivery.id()));
        Instant next = wanted ? Instant.EPOCH : wake;
        if (next != null) {
            wakes.put(session, next);
        } else {
            wakes.remove(session);
        }
    }

    @Override
    public boolean deliver(String session, Delivery delivery) {
        return locked(session, log -> {
            List<Delivery> inbox = log.inbox;
            if (inbox.stream().anyMatch(waits -> waits.id().equals(delivery.id()))) {
                return false;
            }
            if (inbox.size() >= INBOX) {
                throw new SessionException.InboxFull(session, inbox.size());
            }
            log.inbox = Stream.concat(inbox.stream(), Stream.of(delivery)).toList();
            wakes.put(session, Instant.EPOCH);
            return true;
        });
    }

    @Override
    public List<Delivery> inbox(String session) {
        checkOpen();
        Log log = logs.get(session);
        return log == null ? List.of() : log.inbox;
    }

    @Override
    public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
        Log log = logs.get(session);
        if (log == null) {
            return;
        }
        synchronized (log) {
            if (token.equals(log.token)) {
                log.token = null;
                wake(log, session, wake, List.of(), left);
            }
        }
    }

    @Override
    public List<Entry> read(String session) {
        checkOpen();
        Log log = logs.get(session);
        if (log == null) {
            return List.of();
        }
        synchronized (log) {
            return log.entries.all();
        }
    }

    @Override
    public List<Summary> sessions() {
        checkOpen();
        List<Summary> summaries = new ArrayList<>();
        logs.keySet().forEach(session -> {
            List<Entry> entries = read(session);
            if (!entries.isEmpty()) {
                summaries.add(Logs.summary(entries));
            }
        });
        summaries.sort(Comparator.comparing(Summary::updated).reversed());
        return Collections.unmodifiableList(summaries);
    }

    @Override
    public boolean delete(String session) {
        checkOpen();
        Log log = logs.get(session);
        if (log == null) {
            return false;
        }
        synchronized (log) {
            if (log.deleted) {
                return false; // by somebody else, and there may be a new one by now
            }
            if (log.token != null) {
                throw new SessionException.SessionBusy(session, log.owner, Duration.ZERO);
            }
            log.deleted = true;
            wakes.remove(session);
            return logs.remove(session, log);
        }
    }

    @Override
    public List<String> due(Instant now, int limit) {
        checkOpen();
        return wakes.entrySet().stream()
                .filter(wake -> !wake.getValue().isAfter(now))
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .filter(this::isToBeLookedAfter)
                .limit(limit)
                .toList();
    }

    private boolean isToBeLookedAfter(String session) {
        Log log = logs.get(session);
        return log != null && (log.token == null || !log.inbox.isEmpty());
    }

    @Override
    public void close() {
        closed = true;
        logs.clear();
        wakes.clear();
    }

    private void checkOpen() {
        if (closed) {
            throw new MemoryException.MemoryClosed("heap:");
        }
    }
}
