package dev.turbochat.memory;

import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Journals as lists on the heap. Entries are kept as the objects they are: nothing is encoded, nothing is hashed. */
final class HeapMemory implements Memory {
    private final Map<String, Log> logs = new ConcurrentHashMap<>();

    /** What waits for sessions, and when they should be looked after. Guarded by this lock, which is taken last. */
    private final ReentrantLock waiting = new ReentrantLock();

    private final Map<String, List<Delivery>> inboxes = new HashMap<>();
    private final Map<String, Instant> wakes = new HashMap<>();
    private volatile boolean closed;

    /** One session. Its lock guards everything in it. */
    private static final class Log {
        final ReentrantLock lock = new ReentrantLock();
        final UUID incarnation = UUID.randomUUID();
        final List<Entry> entries = new ArrayList<>();
        long epoch;
        long lastAppend;

        volatile @Nullable Token token;

        String owner = "";
        boolean deleted;
    }

    @Override
    public Opening open(String session, String owner) {
        checkOpen();
        while (true) {
            Log log = logs.computeIfAbsent(session, id -> new Log());
            log.lock.lock();
            try {
                if (log.deleted) {
                    continue; // it was deleted between finding and locking it
                }
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
                return new Opening.Granted(log.incarnation, token, List.copyOf(log.entries));
            } finally {
                log.lock.unlock();
            }
        }
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
        log.lock.lock();
        try {
            if (log.deleted || !log.incarnation.equals(append.incarnation())) {
                return Appended.GONE;
            }
            if (!append.token().equals(log.token)) {
                return Appended.FENCED;
            }
            if (append.appendId() == log.lastAppend) {
                return Appended.ALREADY;
            }
            if (append.expectedLength() != log.entries.getLast().seq() + 1) {
                return Appended.CONFLICT;
            }
            waiting.lock(); // so that nothing is delivered between the look into the inbox and the entries
            try {
                List<String> known = append.known();
                if (known != null
                        && inboxes.getOrDefault(append.session(), List.of()).stream()
                                .map(Delivery::id)
                                .anyMatch(id ->
                                        !known.contains(id) && !append.taken().contains(id))) {
                    return Appended.WAITING;
                }
                if (anew) {
                    log.entries.clear();
                }
                log.entries.addAll(append.entries());
                log.lastAppend = append.appendId();
                wake(append.session(), append.wake(), append.taken(), List.of());
                return Appended.OK;
            } finally {
                waiting.unlock();
            }
        } finally {
            log.lock.unlock();
        }
    }

    private void wake(String session, @Nullable Instant wake, List<String> taken, List<String> left) {
        waiting.lock();
        try {
            List<Delivery> inbox = inboxes.getOrDefault(session, List.of());
            if (!inbox.isEmpty()) {
                inbox = inbox.stream()
                        .filter(delivery -> !taken.contains(delivery.id()))
                        .toList();
                inboxes.put(session, inbox);
            }
            if (inbox.isEmpty()) {
                inboxes.remove(session);
            }
            boolean wanted = !inbox.isEmpty() && inbox.stream().anyMatch(delivery -> !left.contains(delivery.id()));
            Instant next = wanted ? Instant.EPOCH : wake;
            if (next == null) {
                wakes.remove(session);
            } else {
                wakes.put(session, next);
            }
        } finally {
            waiting.unlock();
        }
    }

    @Override
    public boolean deliver(String session, Delivery delivery) {
        checkOpen();
        waiting.lock();
        try {
            List<Delivery> inbox = inboxes.getOrDefault(session, List.of());
            if (inbox.stream().anyMatch(waits -> waits.id().equals(delivery.id()))) {
                return false;
            }
            if (inbox.size() >= INBOX) {
                throw new SessionException.InboxFull(session, inbox.size());
            }
            inboxes.put(
                    session, Stream.concat(inbox.stream(), Stream.of(delivery)).toList());
            wakes.put(session, Instant.EPOCH);
            return true;
        } finally {
            waiting.unlock();
        }
    }

    @Override
    public List<Delivery> inbox(String session) {
        checkOpen();
        waiting.lock();
        try {
            return inboxes.getOrDefault(session, List.of());
        } finally {
            waiting.unlock();
        }
    }

    @Override
    public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
        Log log = logs.get(session);
        if (log == null) {
            return;
        }
        log.lock.lock();
        try {
            if (token.equals(log.token)) {
                log.token = null;
                wake(session, wake, List.of(), left);
            }
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    public List<Entry> read(String session) {
        checkOpen();
        Log log = logs.get(session);
        if (log == null) {
            return List.of();
        }
        log.lock.lock();
        try {
            return List.copyOf(log.entries);
        } finally {
            log.lock.unlock();
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
            return forget(session);
        }
        log.lock.lock();
        try {
            if (log.token != null) {
                throw new SessionException.SessionBusy(session, log.owner, Duration.ZERO);
            }
            log.deleted = true;
            forget(session);
            return logs.remove(session, log);
        } finally {
            log.lock.unlock();
        }
    }

    private boolean forget(String session) {
        waiting.lock();
        try {
            wakes.remove(session);
            return inboxes.remove(session) != null;
        } finally {
            waiting.unlock();
        }
    }

    @Override
    public List<String> due(Instant now, int limit) {
        checkOpen();
        waiting.lock();
        try {
            return wakes.entrySet().stream()
                    .filter(wake -> !wake.getValue().isAfter(now))
                    .sorted(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .filter(session -> inboxes.containsKey(session) || !isOwned(session))
                    .limit(limit)
                    .toList();
        } finally {
            waiting.unlock();
        }
    }

    private boolean isOwned(String session) {
        Log log = logs.get(session);
        return log != null && log.token != null;
    }

    @Override
    public void close() {
        closed = true;
        logs.clear();
        waiting.lock();
        try {
            inboxes.clear();
            wakes.clear();
        } finally {
            waiting.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new MemoryException.MemoryClosed("heap:");
        }
    }
}
