package dev.turbochat.memory;

import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Journals as files of JSON lines in a folder, one a session, readable with any tool.
 *
 * <p>Where a session's files lie says {@link SessionFiles}, what a journal's file holds {@link LogFile}, what waits for it
 * {@link FileInbox} and {@link FileWakes}, how it goes {@link Deletion}. All work on files is done by {@link FileThreads}; what
 * was only read is let go of without them.
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
    private static final int TRIES = 3;
    private static final long BETWEEN_TRIES = Duration.ofMillis(1).toNanos();

    private final Path folder;
    private final Disk disk;
    private final FolderLock locks;
    private final FileInbox inbox;
    private final FileWakes wakes;
    private final Deletion deletion;
    private final FileSession.Shared shared;
    private final FileThreads threads;
    private final Map<String, FileSession> owned = new ConcurrentHashMap<>();

    FileMemory(Path folder, Durability durability) {
        this(folder, durability, Disk.real(), Limits.STANDARD);
    }

    FileMemory(Path folder, Durability durability, Disk disk, Limits limits) {
        this.folder = folder.toAbsolutePath().normalize();
        this.disk = disk;
        boolean forced = durability == Durability.FSYNC;
        this.locks = FolderLock.of(this.folder);
        this.inbox = new FileInbox(disk, this.folder, forced, limits);
        this.wakes = new FileWakes(disk, this.folder, forced);
        this.deletion = new Deletion(disk, inbox, wakes, forced);
        this.shared = new FileSession.Shared(disk, inbox, wakes, limits, forced);
        this.threads = new FileThreads(toString());
    }

    @Override
    public Opening open(String session, String owner) {
        return onWriter(session, files -> {
            Optional<FileLock> lock = lock(session, files);
            if (lock.isEmpty()) {
                return new Opening.Busy(ownerOf(session), Duration.ZERO);
            }
            try {
                deletion.completeIfPending(files);
                FileSession mine = FileSession.take(shared, files, session, owner, lock.get());
                owned.put(session, mine);
                return mine.granted();
            } catch (RuntimeException | Error e) {
                FolderLock.release(lock.get());
                throw e;
            }
        });
    }

    /** Takes a session's lock. Others may hold it for a moment only, to see whether it is free. */
    private Optional<FileLock> lock(String session, SessionFiles files) {
        for (int tries = 1; ; tries++) {
            Optional<FileLock> lock = locks.tryLock(files.hash());
            if (lock.isPresent() || tries == TRIES || owned.containsKey(session)) {
                return lock;
            }
            LockSupport.parkNanos(BETWEEN_TRIES);
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
        return onWriter(append.session(), files -> {
            FileSession mine = owned.get(append.session());
            if (mine == null || !mine.beginStoring(append.token())) {
                return exists(append, files) ? Appended.FENCED : Appended.GONE;
            }
            return mine.store(append, anew);
        });
    }

    private boolean exists(Append append, SessionFiles files) {
        List<Entry> entries = new LogFile(disk, files, append.session()).read().entries();
        return !entries.isEmpty() && entries.getFirst().stamp().incarnation().equals(append.incarnation());
    }

    private String ownerOf(String session) {
        FileSession mine = owned.get(session);
        return mine == null ? "another process or another memory of this one" : mine.owner();
    }

    @Override
    public boolean deliver(String session, Delivery delivery) {
        return onWriter(session, files -> {
            if (deletion.isPending(files)) {
                completeDeletion(files); // which would take along what is delivered now
            }
            return inbox.deliver(session, delivery);
        });
    }

    @Override
    public List<Delivery> inbox(String session) {
        return onWriter(session, files -> inbox.read(session));
    }

    @Override
    public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
        FileSession mine = owned.get(session);
        if (mine == null || !mine.isOwnedUnder(token)) {
            return;
        }
        if (mine.releaseIfUntouched(wake, left)) {
            owned.remove(session, mine);
            return;
        }
        try {
            onWriter(session, files -> {
                owned.remove(session, mine);
                mine.release(wake, left);
                return true;
            });
        } catch (MemoryException.MemoryClosed e) {
            return; // closing released everything
        }
    }

    @Override
    public List<Entry> read(String session) {
        return onWriter(
                session, files -> new LogFile(disk, files, session).read().entries());
    }

    @Override
    public List<Summary> sessions() {
        return threads.onLister(() -> {
            List<Summary> summaries = new ArrayList<>();
            for (String part : disk.list(folder)) {
                if (SessionFiles.isFolder(part)) {
                    list(part, summaries);
                }
            }
            summaries.sort(Comparator.comparing(Summary::updated).reversed());
            return List.copyOf(summaries);
        });
    }

    private void list(String part, List<Summary> summaries) throws IOException {
        for (String file : names(folder.resolve(part))) {
            if (!SessionFiles.isOfSession(file)) {
                continue;
            }
            SessionFiles files = new SessionFiles(folder, file.substring(0, file.indexOf('.')));
            if (file.endsWith(SessionFiles.LOG)) {
                Summary summary = summary(files);
                if (summary != null) {
                    summaries.add(summary);
                }
            } else if (file.endsWith(SessionFiles.TOMBSTONE) && deletion.isPending(files)) {
                completeDeletion(files);
            }
        }
    }

    private List<String> names(Path part) {
        try {
            return disk.list(part);
        } catch (IOException e) {
            LOG.warn("Sessions are left out of a list: folder {} cannot be read: {}", part, e.toString());
            return List.of();
        }
    }

    /** Null if it cannot be told, for the other sessions' sake: whoever opens it is told why. */
    private @Nullable Summary summary(SessionFiles files) {
        try {
            return LogSummary.of(disk, files);
        } catch (MemoryException e) {
            LOG.warn("A session is left out of a list: {}", e.getMessage());
            return null;
        }
    }

    private void completeDeletion(SessionFiles files) {
        locks.tryLock(files.hash()).ifPresent(lock -> {
            try {
                deletion.completeIfPending(files);
            } finally {
                FolderLock.release(lock);
            }
        });
    }

    @Override
    public boolean delete(String session) {
        return onWriter(session, files -> {
            FileLock lock = lock(session, files)
                    .orElseThrow(() -> new SessionException.SessionBusy(session, ownerOf(session), Duration.ZERO));
            try {
                return deletion.delete(files);
            } finally {
                FolderLock.release(lock);
            }
        });
    }

    /** A session that may be due: whose delivery, or wake time, is in this file. */
    private record Due(Path file, Instant time, boolean delivered) {}

    @Override
    public List<String> due(Instant now, int limit) {
        return threads.onLister(() -> {
            List<Due> due = new ArrayList<>();
            for (Path file : inbox.oldest()) {
                due.add(new Due(file, Instant.EPOCH, true));
            }
            for (Path file : wakes.all()) {
                Instant time = timeIfThere(file);
                if (time != null && !time.isAfter(now)) {
                    due.add(new Due(file, time, false));
                }
            }
            due.sort(Comparator.comparing(Due::time));
            return due.stream()
                    .map(this::free)
                    .flatMap(Optional::stream)
                    .distinct()
                    .limit(limit)
                    .toList();
        });
    }

    private @Nullable Instant timeIfThere(Path file) throws IOException {
        try {
            return disk.time(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The session, if it is one that nobody owns, or that something was delivered to. */
    private Optional<String> free(Due due) {
        try {
            if (due.delivered()) {
                return inbox.session(due.file());
            }
            return Optional.ofNullable(wakes.session(due.file())).filter(this::isFree);
        } catch (IOException | MemoryException e) {
            LOG.warn("A session is left out of those that are due: {}", e.toString());
            return Optional.empty();
        }
    }

    private boolean isFree(String session) {
        if (owned.containsKey(session)) {
            return false;
        }
        return onWriter(session, files -> {
            Optional<FileLock> lock = locks.tryLock(files.hash());
            lock.ifPresent(FolderLock::release);
            return lock.isPresent();
        });
    }

    @Override
    public void close() {
        if (threads.close()) {
            owned.values().forEach(FileSession::unlock);
            owned.clear();
            locks.close();
        }
    }

    @Override
    public String toString() {
        return Memories.uri(folder);
    }

    private interface Work<T> {
        T on(SessionFiles files) throws IOException;
    }

    private <T> T onWriter(String session, Work<T> work) {
        SessionFiles files = SessionFiles.of(folder, session);
        return threads.on(files.hash(), () -> work.on(files));
    }
}
