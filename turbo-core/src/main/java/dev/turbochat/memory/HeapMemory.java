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
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Journals as lists on the heap. Entries are kept as the objects they are: nothing is encoded, nothing is hashed. */
final class HeapMemory implements Memory {
    private final Map<String, Log> logs = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** One session. Its lock guards everything in it. */
    private static final class Log {
        final ReentrantLock lock = new ReentrantLock();
        final UUID incarnation = UUID.randomUUID();
        final List<Entry> entries = new ArrayList<>();
        long epoch;
        long lastAppend;

        @Nullable
        Token token;

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
            if (append.expectedLength() != log.entries.size()) {
                return Appended.CONFLICT;
            }
            log.entries.addAll(append.entries());
            log.lastAppend = append.appendId();
            return Appended.OK;
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    public void release(String session, Token token) {
        Log log = logs.get(session);
        if (log == null) {
            return;
        }
        log.lock.lock();
        try {
            if (token.equals(log.token)) {
                log.token = null;
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
            return false;
        }
        log.lock.lock();
        try {
            if (log.token != null) {
                throw new SessionException.SessionBusy(session, log.owner, Duration.ZERO);
            }
            log.deleted = true;
            return logs.remove(session, log);
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    public List<String> due(Instant now, int limit) {
        checkOpen();
        return Logs.due(logs.keySet().stream().map(this::read), now, limit);
    }

    @Override
    public void close() {
        closed = true;
        logs.clear();
    }

    private void checkOpen() {
        if (closed) {
            throw new MemoryException.MemoryClosed("heap:");
        }
    }
}
