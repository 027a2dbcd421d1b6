package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import java.io.IOException;
import java.nio.channels.FileLock;
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
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Journals as files of JSON lines in a folder, one a session, readable with any tool.
 *
 * <p>A file is named by the SHA-256 of NUL and the session's id, never by the id, and lies in one of 256 folders by its
 * first byte. All file work is done by a few platform threads: an interrupt closes a channel under whoever else is using
 * it, and programs are interrupted all the time. A session is always the same thread's, so that what is done to its file
 * is done one after the other, letting go of it included; lists are another thread's, and hold up nobody's append.
 */
final class FileMemory implements Memory {
    /** What an append has survived when it returns. */
    enum Durability {
        /** The end of the process: the operating system has it. */
        MEMORY,
        /** The end of the machine: the disk has it. */
        FSYNC
    }

    private static final Logger LOG = LoggerFactory.getLogger(FileMemory.class);
    private static final int WRITERS = 2;
    private static final int FOLDER_DIGITS = 2;
    private static final String SUFFIX = ".jsonl";

    private final Path folder;
    private final Durability durability;
    private final FolderLock locks;
    private final FileInbox inbox;
    private final List<ExecutorService> writers;
    private final ExecutorService lister;
    private final Map<String, Owned> owned = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A session that this memory has taken. Only touched by the writer that works on the session. */
    private static final class Owned {
        final String owner;
        final UUID incarnation;
        final Token token;
        final FileLock lock;
        long length;
        long bytes;
        long lastAppend;

        /** The wake time that was set last, and whether it was set at all. */
        Optional<Instant> wake = Optional.empty();

        boolean wakeIsKnown;

        /** Why nothing more is written: what a disk holds after a failed write or sync is known by reading it anew. */
        @Nullable
        BackendException failure;

        Owned(String owner, UUID incarnation, Token token, FileLock lock, long length, long bytes) {
            this.owner = owner;
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
        this.inbox = new FileInbox(this.folder, isForced());
        ThreadFactory factory =
                Thread.ofPlatform().daemon().name("turbo-file-", 0).factory();
        this.writers = Stream.generate(() -> Executors.newSingleThreadExecutor(factory))
                .limit(WRITERS)
                .toList();
        this.lister = Executors.newSingleThreadExecutor(factory);
    }

    @Override
    public Opening open(String session, String owner) {
        return onWriter(session, () -> openHere(session, owner));
    }

    private Opening openHere(String session, String owner) {
        Optional<FileLock> lock = locks.tryLock(hash(session));
        if (lock.isEmpty()) {
            return new Opening.Busy(ownerOf(session), Duration.ZERO);
        }
        try {
            LogFile file = file(session);
            LogFile.Content content = file.read();
            if (content.torn()) {
                file.repair(content.bytes());
            }
            boolean isNew = content.entries().isEmpty();
            if (isNew) {
                Entry header = Logs.header(session, UUID.randomUUID(), Instant.now());
                content = new LogFile.Content(List.of(header), file.create(header, isForced()), false);
            }
            UUID incarnation = content.entries().getFirst().stamp().incarnation();
            long last = content.entries().getLast().stamp().epoch();
            Token token = new Token(isNew ? last : last + 1, UUID.randomUUID());
            long length = content.entries().getLast().seq() + 1;
            owned.put(session, new Owned(owner, incarnation, token, lock.get(), length, content.bytes()));
            return new Opening.Granted(incarnation, token, List.copyOf(content.entries()));
        } catch (RuntimeException | Error e) {
            unlock(lock.get());
            throw e;
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
        return onWriter(append.session(), () -> {
            Owned mine = owned.get(append.session());
            if (mine == null || !mine.token.equals(append.token())) {
                return exists(append.session(), append.incarnation()) ? Appended.FENCED : Appended.GONE;
            }
            if (!mine.incarnation.equals(append.incarnation())) {
                return Appended.GONE;
            }
            if (append.appendId() == mine.lastAppend) {
                return Appended.ALREADY;
            }
            if (append.expectedLength() != mine.length) {
                return Appended.CONFLICT;
            }
            return storeHere(mine, append, anew);
        });
    }

    private Appended storeHere(Owned mine, Append append, boolean anew) {
        if (mine.failure != null) {
            throw new BackendException(mine.failure.getMessage(), mine.failure);
        }
        LogFile file = file(append.session());
        long bytes;
        try {
            wake(mine, append.session(), append.wake());
            bytes = anew
                    ? file.replace(append.entries(), isForced())
                    : file.append(mine.bytes, append.entries(), isForced());
        } catch (BackendException e) {
            mine.failure = e;
            throw e;
        }
        if (bytes < 0) {
            return file.exists() ? Appended.CONFLICT : Appended.GONE;
        }
        mine.bytes = bytes;
        mine.length += append.entries().size();
        mine.lastAppend = append.appendId();
        inbox.remove(append.session(), append.taken());
        return Appended.OK;
    }

    private void wake(Owned mine, String session, @Nullable Instant time) {
        Optional<Instant> wake = Optional.ofNullable(time);
        if (!mine.wakeIsKnown || !mine.wake.equals(wake)) {
            inbox.wake(session, time);
            mine.wakeIsKnown = true;
            mine.wake = wake;
        }
    }

    @Override
    public boolean deliver(String session, Delivery delivery) {
        return onWriter(session, () -> inbox.deliver(session, delivery));
    }

    @Override
    public List<Delivery> inbox(String session) {
        return onWriter(session, () -> inbox.read(session));
    }

    private boolean exists(String session, UUID incarnation) {
        List<Entry> entries = file(session).read().entries();
        return !entries.isEmpty() && entries.getFirst().stamp().incarnation().equals(incarnation);
    }

    private String ownerOf(String session) {
        Owned mine = owned.get(session);
        return mine == null ? "another process or another memory of this one" : mine.owner;
    }

    @Override
    public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
        try {
            onWriter(session, () -> {
                Owned mine = owned.get(session);
                if (mine != null && mine.token.equals(token)) {
                    try {
                        inbox.wake(session, wake);
                        if (inbox.holdsMoreThan(session, left)) { // also what came while the wake time was being set
                            inbox.wake(session, Instant.EPOCH);
                        } else {
                            inbox.tidy(session);
                        }
                    } finally {
                        owned.remove(session);
                        unlock(mine.lock);
                    }
                }
                return true;
            });
        } catch (MemoryException.MemoryClosed e) {
            return; // closing released everything
        }
    }

    @Override
    public List<Entry> read(String session) {
        return onWriter(session, () -> List.copyOf(file(session).read().entries()));
    }

    @Override
    public List<Summary> sessions() {
        return on(
                lister,
                () -> journals()
                        .map(Logs::summary)
                        .sorted(Comparator.comparing(Summary::updated).reversed())
                        .toList());
    }

    @Override
    public boolean delete(String session) {
        return onWriter(session, () -> {
            FileLock lock = locks.tryLock(hash(session))
                    .orElseThrow(() -> new SessionException.SessionBusy(session, ownerOf(session), Duration.ZERO));
            try {
                boolean delivered = inbox.delete(session);
                return file(session).delete(isForced()) || delivered;
            } finally {
                unlock(lock);
            }
        });
    }

    @Override
    public List<String> due(Instant now, int limit) {
        return on(
                lister,
                () -> inbox.due(now).stream()
                        .filter(session -> isFree(session) || !inbox.isEmpty(session))
                        .limit(limit)
                        .toList());
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        for (ExecutorService thread :
                Stream.concat(writers.stream(), Stream.of(lister)).toList()) {
            await(thread, () -> true); // what is under way is done, and what comes later finds the memory closed
            thread.shutdown();
        }
        owned.values().forEach(mine -> unlock(mine.lock));
        owned.clear();
        locks.close();
    }

    @Override
    public String toString() {
        return "file:" + folder;
    }

    private boolean isFree(String session) {
        if (owned.containsKey(session)) {
            return false;
        }
        Optional<FileLock> lock = locks.tryLock(hash(session));
        lock.ifPresent(FileMemory::unlock);
        return lock.isPresent();
    }

    private boolean isForced() {
        return durability == Durability.FSYNC;
    }

    private Stream<List<Entry>> journals() {
        return LogFile.all(folder, SUFFIX).stream().map(FileMemory::readable).filter(entries -> !entries.isEmpty());
    }

    /** The entries of a journal; none if it is damaged, for the others' sake: whoever opens it is told. */
    private static List<Entry> readable(LogFile file) {
        try {
            return file.read().entries();
        } catch (MemoryException.JournalCorrupt | MemoryException.UnknownFormat e) {
            LOG.warn("A session is left out of a list: {}", e.getMessage());
            return List.of();
        }
    }

    private LogFile file(String session) {
        String name = hashOf(session);
        return new LogFile(folder.resolve(name.substring(0, FOLDER_DIGITS)), name + SUFFIX, session);
    }

    /** The name under which a session is known to the file system. */
    static String hashOf(String session) {
        return HexFormat.of().formatHex(hash(session));
    }

    private static byte[] hash(String session) {
        return digest(Journal.bytes(session));
    }

    /** The SHA-256 of NUL and these bytes: of the empty tenant, NUL, the id. */
    static byte[] digest(byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) 0);
            return digest.digest(bytes);
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

    private <T> T onWriter(String session, Callable<T> work) {
        return on(writers.get(Math.floorMod(session.hashCode(), WRITERS)), work);
    }

    private <T> T on(ExecutorService thread, Callable<T> work) {
        return await(thread, () -> {
            if (closed.get()) {
                throw new MemoryException.MemoryClosed(toString());
            }
            return work.call();
        });
    }

    /** Has a thread do it and waits, however often this one is interrupted: half-done is not an outcome. */
    private <T> T await(ExecutorService thread, Callable<T> work) {
        boolean interrupted = false;
        try {
            Future<T> done = thread.submit(work);
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
                    if (e.getCause() instanceof Error error) {
                        throw error;
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
