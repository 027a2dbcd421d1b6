package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks single sessions of a folder against other processes, and against other memories of this one.
 *
 * <p>All sessions of a folder share one file, {@code .lock}, and one open channel in a process: a session's lock is the
 * byte of that file at the offset that its hash gives. So any number of sessions can be owned at the price of one open
 * file, the operating system frees them when the process dies, however it dies, and the file itself stays empty. POSIX
 * drops all of a process's locks on a file when it closes any channel to it: hence one channel a folder, counted.
 */
final class FolderLock implements AutoCloseable {
    private static final Map<Path, FolderLock> OPEN = new HashMap<>();
    private static final ReentrantLock GUARD = new ReentrantLock();

    private final Path folder;
    private final FileChannel channel;
    private int users;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** The lock of a folder, which is made if need be. */
    static FolderLock of(Path folder) {
        GUARD.lock();
        try {
            Path real = made(folder).toRealPath();
            FolderLock lock = OPEN.get(real);
            if (lock == null) {
                lock = new FolderLock(
                        real,
                        FileChannel.open(real.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
                OPEN.put(real, lock);
            }
            lock.users++;
            return lock;
        } catch (IOException e) {
            throw new BackendException(
                    "Folder " + folder + " cannot hold sessions: " + e + "; name a folder that can be written to.", e);
        } finally {
            GUARD.unlock();
        }
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BackendException(
                    "Folder " + folder + " cannot be made: " + e + "; name a folder that can be written to.", e);
        }
    }

    /** Takes the lock of the session with this hash, or returns empty if somebody has it. */
    Optional<FileLock> tryLock(byte[] hash) {
        long offset = 0;
        for (int i = 0; i < 8; i++) {
            offset = offset << 8 | (hash[i] & 0xff);
        }
        try {
            return Optional.ofNullable(channel.tryLock(offset >>> 2, 1, false));
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // this process has it
        } catch (IOException e) {
            throw new BackendException(
                    "Folder " + folder + " does not permit locks: " + e + "; use a folder on a local disk.", e);
        }
    }

    static void release(FileLock lock) {
        try {
            lock.release();
        } catch (ClosedChannelException e) {
            return; // with which the lock was let go of
        } catch (IOException e) {
            throw new BackendException("A session's lock could not be released: " + e + ".", e);
        }
    }

    @Override
    public void close() {
        GUARD.lock();
        try {
            if (--users == 0) {
                OPEN.remove(folder);
                channel.close();
            }
        } catch (IOException e) {
            throw new BackendException("Folder " + folder + " could not be closed: " + e + ".", e);
        } finally {
            GUARD.unlock();
        }
    }
}
