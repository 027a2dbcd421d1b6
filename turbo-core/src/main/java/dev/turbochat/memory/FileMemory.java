package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;

/**
 * Journals as files of JSON lines in a folder, one a session, readable with any tool.
 *
 * <p>A file is named by the SHA-256 of NUL and the session's id, never by the id, and lies in one of 256 folders by its
 * first byte. All file work is done by a few platform threads: an interrupt closes a channel under whoever else is using
 * it, and programs are interrupted all the time.
 */
final class FileMemory implements Memory {
    /** What an append has survived when it returns. */
    enum Durability {
        /** The end of the process: the operating system has it. */
        MEMORY,
        /** The end of the machine: the disk has it. */
        FSYNC
    }

    private static final int WRITERS = 2;
    private static final int FOLDER_DIGITS = 2;
    private static final String SUFFIX = ".jsonl";

    private final Path folder;
    private final Durability durability;
    private final FolderLock locks;
    private final ExecutorService writers;
    private final Map<String, Owned> owned = new ConcurrentHashMap<>();

    /** A session that this memory has taken. Only touched by the writer that works on the session. */
    private static final class Owned {
        final UUID incarnation;
        final Token token;
        final FileLock lock;
        long length;
        long bytes;
        long lastAppend;

        Owned(UUID incarnation, Token token, FileLock lock, long length, long bytes) {
            this.incarnation = incarnation;
            this.token = token;
            this.lock = lock;
            this.length = length;
            this.bytes = bytes;
        }
    }

    FileMemory(Path folder, Durability durability) {
        this.folder = folder.toAbsolutePath().normalize();
        this.durability = durability;
        try {
            Files.createDirectories(this.folder);
        } catch (IOException e) {
            throw new BackendException(
                    "Folder " + this.folder + " cannot be made: " + e + "; name a folder that can be written to.", e);
        }
        this.locks = FolderLock.of(this.folder);
        this.writers = Executors.newFixedThreadPool(
                WRITERS, Thread.ofPlatform().daemon().name("turbo-file-", 0).factory());
    }

    @Override
    public Opening open(String session, String owner) {
        return onWriter(() -> openHere(session));
    }

    private Opening openHere(String session) {
        byte[] hash = hash(session);
        Optional<FileLock> lock = locks.tryLock(hash);
        if (lock.isEmpty()) {
            String who = owned.containsKey(session) ? "another driver in this process" : "another process";
            return new Opening.Busy(who, Duration.ZERO);
        }
        try {
            LogFile file = file(session);
            LogFile.Content content = file.read();
            if (content.torn() && content.bytes() > 0) {
                file.repair(content.bytes());
            }
            if (content.entries().isEmpty()) {
                Entry header = Logs.header(session, UUID.randomUUID(), Instant.now());
                content = new LogFile.Content(List.of(header), file.create(header, isForced()), false);
            }
            UUID incarnation = content.entries().getFirst().stamp().incarnation();
            Token token = new Token(content.entries().getLast().stamp().epoch() + 1, UUID.randomUUID());
            owned.put(
                    session,
                    new Owned(incarnation, token, lock.get(), content.entries().size(), content.bytes()));
            return new Opening.Granted(incarnation, token, List.copyOf(content.entries()));
        } catch (RuntimeException e) {
            unlock(lock.get());
            throw e;
        }
    }

    @Override
    public Appended append(Append append) {
        return onWriter(() -> {
            Owned mine = owned.get(append.session());
            if (mine == null || !mine.token.equals(append.token())) {
                return file(append.session()).exists() ? Appended.FENCED : Appended.GONE;
            }
            if (append.appendId() == mine.lastAppend) {
                return Appended.ALREADY;
            }
            if (!mine.incarnation.equals(append.incarnation())) {
                return Appended.GONE;
            }
            if (append.expectedLength() != mine.length) {
                return Appended.CONFLICT;
            }
            long bytes = file(append.session()).append(mine.bytes, append.entries(), isForced());
            if (bytes < 0) {
                return file(append.session()).exists() ? Appended.CONFLICT : Appended.GONE;
            }
            mine.bytes = bytes;
            mine.length += append.entries().size();
            mine.lastAppend = append.appendId();
            return Appended.OK;
        });
    }

    @Override
    public void release(String session, Token token) {
        if (writers.isShutdown()) {
            return; // closing released everything
        }
        onWriter(() -> {
            Owned mine = owned.get(session);
            if (mine != null && mine.token.equals(token)) {
                owned.remove(session);
                unlock(mine.lock);
            }
            return true;
        });
    }

    @Override
    public List<Entry> read(String session) {
        return onWriter(() -> List.copyOf(file(session).read().entries()));
    }

    @Override
    public List<Summary> sessions() {
        return onWriter(() -> journals()
                .map(Logs::summary)
                .sorted(Comparator.comparing(Summary::updated).reversed())
                .toList());
    }

    @Override
    public boolean delete(String session) {
        return onWriter(() -> {
            FileLock lock = locks.tryLock(hash(session))
                    .orElseThrow(
                            () -> new SessionException.SessionBusy(session, "another driver of it", Duration.ZERO));
            try {
                return file(session).delete();
            } finally {
                unlock(lock);
            }
        });
    }

    @Override
    public List<String> due(Instant now, int limit) {
        return onWriter(() -> Logs.due(journals(), now, limit));
    }

    @Override
    public void close() {
        if (!writers.isShutdown()) {
            onWriter(() -> {
                owned.values().forEach(mine -> unlock(mine.lock));
                owned.clear();
                return true;
            });
            writers.close();
            locks.close();
        }
    }

    @Override
    public String toString() {
        return "file:" + folder;
    }

    private boolean isForced() {
        return durability == Durability.FSYNC;
    }

    private Stream<List<Entry>> journals() {
        return LogFile.all(folder, SUFFIX).stream()
                .map(file -> file.read().entries())
                .filter(entries -> !entries.isEmpty());
    }

    private LogFile file(String session) {
        String name = HexFormat.of().formatHex(hash(session));
        return new LogFile(folder.resolve(name.substring(0, FOLDER_DIGITS)), name + SUFFIX, session);
    }

    private static byte[] hash(String session) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(("\0" + session).getBytes(StandardCharsets.UTF_8)); // the empty tenant, NUL, the id
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static void unlock(FileLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            throw new BackendException("A session's lock could not be released: " + e + ".", e);
        }
    }

    /** Has a writer do it and waits, however often this thread is interrupted: half-done is not an outcome. */
    private <T> T onWriter(Callable<T> work) {
        boolean interrupted = false;
        try {
            Future<T> done = writers.submit(work);
            while (true) {
                try {
                    return done.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException failure) {
                        failure.setStackTrace(join(failure.getStackTrace(), e.getStackTrace()));
                        throw failure;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        } catch (RejectedExecutionException e) {
            throw new MemoryException.MemoryClosed(toString());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static StackTraceElement[] join(StackTraceElement[] inner, StackTraceElement[] outer) {
        StackTraceElement[] joined = Arrays.copyOf(inner, inner.length + outer.length);
        System.arraycopy(outer, 0, joined, inner.length, outer.length);
        return joined;
    }
}
