package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Token;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session that a file memory has taken. Used only by the thread that works on the session, but for what says otherwise. */
final class FileSession {
    private static final Logger LOG = LoggerFactory.getLogger(FileSession.class);

    /** What the sessions of a memory share. */
    record Shared(Disk disk, FileInbox inbox, FileWakes wakes, Limits limits, boolean forced) {}

    private enum Use {
        /** Nothing was stored: whoever has it may let go of it on any thread, if nothing has to be written for that. */
        READ,
        /** From here on all is done by the thread that works on the session. */
        WRITTEN,
        /** It was let go of. */
        OVER
    }

    private final Shared shared;
    private final SessionFiles files;
    private final String session;
    private final String owner;
    private final LogFile file;
    private final FileLock lock;
    private final UUID incarnation;
    private final Token token;
    private final List<Entry> opened;
    private final AtomicReference<Use> use = new AtomicReference<>(Use.READ);
    private long length;
    private long bytes;
    private long blobBytes;
    private long lastAppend;
    private boolean warned;

    /** The wake time that the disk holds, once it is known. */
    private Optional<Instant> wake = Optional.empty();

    private boolean wakeIsKnown;

    /** Deliveries that journal entries hold, and that may still be in the inbox. */
    private List<String> taken = new ArrayList<>();

    /** Why nothing more is written: what a disk holds after a failed write or sync is known by reading it anew. */
    private @Nullable BackendException failure;

    private FileSession(
            Shared shared,
            SessionFiles files,
            String session,
            String owner,
            FileLock lock,
            LogFile.Content content,
            long epoch) {
        this.shared = shared;
        this.files = files;
        this.session = session;
        this.owner = owner;
        this.lock = lock;
        this.file = new LogFile(shared.disk(), files, session);
        this.opened = content.entries();
        this.incarnation = opened.getFirst().stamp().incarnation();
        this.token = new Token(epoch, UUID.randomUUID());
        this.length = opened.getLast().seq() + 1;
        this.bytes = content.bytes();
        this.blobBytes = content.blobBytes();
        warnIfLarge();
    }

    /** Takes a session whose lock is held: repairs it, or makes it. What fails leaves the lock with the caller. */
    static FileSession take(Shared shared, SessionFiles files, String session, String owner, FileLock lock) {
        LogFile file = new LogFile(shared.disk(), files, session);
        LogFile.Content content = file.read();
        if (content.torn()) {
            file.repair(content);
        }
        if (!content.entries().isEmpty()) {
            if (shared.forced()) {
                file.secure(content);
            }
            long epoch = content.entries().getLast().stamp().epoch() + 1;
            FileSession taken = new FileSession(shared, files, session, owner, lock, content, epoch);
            taken.learnWake();
            return taken;
        }
        Entry header = Logs.header(session, UUID.randomUUID(), Instant.now());
        long bytes = file.create(LogFile.Lines.of(session, List.of(header), shared.limits()), shared.forced());
        return new FileSession(
                shared,
                files,
                session,
                owner,
                lock,
                new LogFile.Content(List.of(header), 0, Math.toIntExact(bytes), 0, false),
                header.stamp().epoch());
    }

    Memory.Opening.Granted granted() {
        return new Memory.Opening.Granted(incarnation, token, opened, inbox());
    }

    /** Read along, since a host asks for it next; null if that fails: then whoever asks is told why. */
    private @Nullable List<Delivery> inbox() {
        try {
            return shared.inbox().read(session);
        } catch (MemoryException e) {
            return null;
        }
    }

    String owner() {
        return owner;
    }

    /** May be asked on any thread. */
    boolean isOwnedUnder(Token other) {
        return token.equals(other);
    }

    /** Says that something is to be stored under this token; false if the session is another's by now. */
    boolean beginStoring(Token other) {
        return isOwnedUnder(other) && use.compareAndExchange(Use.READ, Use.WRITTEN) != Use.OVER;
    }

    /** See {@link Memory#append} and {@link Memory#replace}; the token is this session's. */
    Appended store(Append append, boolean anew) {
        if (!incarnation.equals(append.incarnation())) {
            return Appended.GONE;
        }
        if (append.appendId() == lastAppend) {
            return Appended.ALREADY;
        }
        if (append.expectedLength() != length) {
            return Appended.CONFLICT;
        }
        if (failure != null) {
            throw new BackendException(failure.getMessage(), failure);
        }
        if (append.known() != null && othersWait(append.known(), append.taken())) {
            return Appended.WAITING;
        }
        LogFile.Lines lines = LogFile.Lines.of(session, append.entries(), shared.limits());
        long added = lines.lines().length + lines.blobBytes();
        if (!anew) {
            shared.limits().checkJournal(session, append.entries(), bytes + blobBytes + added);
        }
        try {
            return write(append, lines, anew);
        } catch (BackendException e) {
            failure = e;
            throw e;
        } catch (IOException e) {
            failure = new BackendException(
                    "The wake time of session '" + session + "' could not be set: " + e
                            + "; free the disk or mend the folder, then run the session again.",
                    e);
            throw failure;
        }
    }

    private boolean othersWait(List<String> known, List<String> takenNow) {
        List<String> expected =
                Stream.of(known, takenNow, taken).flatMap(List::stream).toList();
        try {
            return shared.inbox().holdsOther(files.name(), expected);
        } catch (IOException e) {
            throw new BackendException(
                    "The inbox of session '" + session + "' could not be read: " + e
                            + "; mend the folder, then run the session again.",
                    e);
        }
    }

    /** Stores the entries. Whenever it is cut short, the wake time is not later than the stored entries need it to be. */
    private Appended write(Append append, LogFile.Lines lines, boolean anew) throws IOException {
        Optional<Instant> next = FileWakes.near(append.wake());
        if (FileWakes.isBefore(next, wake())) {
            setWake(next);
        }
        long end = anew ? file.replace(bytes, lines, shared.forced()) : file.append(bytes, lines, shared.forced());
        if (end < 0) {
            return file.exists() ? Appended.CONFLICT : Appended.GONE;
        }
        bytes = end;
        blobBytes = (anew ? 0 : blobBytes) + lines.blobBytes();
        length += append.entries().size();
        lastAppend = append.appendId();
        warnIfLarge();
        taken.addAll(append.taken());
        tidy(next, anew ? lines : null);
        return Appended.OK;
    }

    /** What may fail without harm once entries are stored, and is tried again with the next ones. */
    private void tidy(Optional<Instant> next, LogFile.@Nullable Lines all) {
        try {
            shared.inbox().remove(files.name(), taken);
            taken = new ArrayList<>();
            if (!wake().equals(next)) {
                setWake(next);
            }
            if (all != null) {
                file.keepBlobs(all);
            }
        } catch (IOException e) {
            LOG.warn(
                    "Session '{}': entries are stored, but what they make needless was not removed: {}; it is tried again.",
                    session,
                    e.toString());
        }
    }

    private Optional<Instant> wake() throws IOException {
        if (!wakeIsKnown) {
            wake = shared.wakes().get(session);
            wakeIsKnown = true;
        }
        return wake;
    }

    /** So that letting go of a session in which nothing was stored need not look. */
    private void learnWake() {
        try {
            wake = wake();
        } catch (IOException e) {
            wakeIsKnown = false; // whoever needs it is told
        }
    }

    private void setWake(Optional<Instant> next) throws IOException {
        wakeIsKnown = false;
        shared.wakes().set(session, next);
        wake = next;
        wakeIsKnown = true;
    }

    private void warnIfLarge() {
        if (!warned && bytes + blobBytes > shared.limits().warning()) {
            warned = true;
            LOG.warn(
                    "The journal of session '{}' has {} bytes, and {} is the most; use continueAsNew to begin it anew.",
                    session,
                    bytes + blobBytes,
                    shared.limits().journal());
        }
    }

    /**
     * {@link #release} if there is nothing to be written for it, as of a session that was replayed and nothing else. May be
     * called on any thread.
     *
     * @return whether the session was let go of
     */
    boolean releaseIfUntouched(@Nullable Instant time, List<String> left) {
        boolean isAsItWas = left.isEmpty() && wakeIsKnown && wake.equals(FileWakes.near(time));
        if (isAsItWas && use.compareAndSet(Use.READ, Use.OVER)) { // then nobody has changed what was looked at
            unlock();
            return true;
        }
        return false;
    }

    /**
     * Lets go of the session.
     *
     * @param left the ids of deliveries that are left in the inbox on purpose
     * @throws BackendException if its wake time could not be set; it is let go of all the same
     */
    void release(@Nullable Instant time, List<String> left) {
        if (use.getAndSet(Use.OVER) == Use.OVER) {
            return;
        }
        Optional<Instant> next = FileWakes.near(time);
        try {
            if (!taken.isEmpty()) {
                shared.inbox().remove(files.name(), taken);
            }
            shared.inbox().leave(files.name(), left);
            if (FileWakes.isBefore(next, wake()) || (failure == null && !wake().equals(next))) {
                setWake(next);
            }
        } catch (IOException e) {
            throw new BackendException(
                    "The wake time of session '" + session + "' could not be set: " + e
                            + "; free the disk or mend the folder, then run the session again.",
                    e);
        } finally {
            unlock();
        }
    }

    /** Lets go of the session and changes nothing. */
    void unlock() {
        FolderLock.release(lock);
    }
}
