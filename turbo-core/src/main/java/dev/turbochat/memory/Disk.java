package dev.turbochat.memory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What a file memory asks of a file system, and no more: tests put one in its place that fails, fills up, or loses power.
 *
 * <p>What is written is safe once the file was forced; that a file was made, renamed or deleted, once its folder was.
 */
interface Disk {
    /** The disk of this machine. */
    static Disk real() {
        return new RealDisk();
    }

    /**
     * Opens a file for writing.
     *
     * @param make whether to make it if it is not there
     * @throws java.nio.file.NoSuchFileException if it is not there and not made
     */
    OpenFile open(Path file, boolean make) throws IOException;

    /** A file that is being written. */
    interface OpenFile extends AutoCloseable {
        long size() throws IOException;

        /** Writes all bytes; some of them if it fails. */
        void write(byte[] bytes, long at) throws IOException;

        void truncate(long size) throws IOException;

        /** Sets the file's time stamp. */
        void time(Instant time) throws IOException;

        /** Returns when all of the file, its time stamp included, is on the disk. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    /**
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    byte[] read(Path file) throws IOException;

    /** At most so many bytes from there on; fewer where the file ends. */
    byte[] read(Path file, long from, int count) throws IOException;

    /** A file's length in bytes, or -1 if it is not there. */
    long size(Path file) throws IOException;

    /** A file's time stamp. */
    Instant time(Path file) throws IOException;

    /** Gives a file another name in its folder, in the place of whatever has that name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file or an empty folder; false if it is not there. */
    boolean delete(Path file) throws IOException;

    /** Makes a folder in a folder that exists; false if it is there. */
    boolean makeFolder(Path folder) throws IOException;

    /** Returns when the folder's list of files is on the disk. */
    void forceFolder(Path folder) throws IOException;

    /** The names in a folder, sorted; none if there is no such folder. */
    List<String> list(Path folder) throws IOException;

    /** Whether there is a file of this name. */
    default boolean has(Path file) throws IOException {
        return size(file) >= 0;
    }

    /** Makes a folder in which a memory keeps its files, and has its parent remember it, whoever made it. */
    default void makeFolder(Path folder, boolean force) throws IOException {
        if (makeFolder(folder) || force) {
            forceIf(force, folder.resolveSibling("."));
        }
    }

    /**
     * Has a file hold these bytes: whoever reads it finds what it held before, or all of them.
     *
     * @param draft a name in the same folder that nobody else uses
     */
    default void put(Path file, Path draft, byte[] bytes, boolean force) throws IOException {
        try (OpenFile open = open(draft, true)) {
            open.truncate(0);
            open.write(bytes, 0);
            if (force) {
                open.force();
            }
        } catch (IOException e) {
            try {
                delete(draft);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        rename(draft, file);
        forceIf(force, file.resolveSibling("."));
    }

    private void forceIf(boolean force, Path folder) throws IOException {
        if (force) {
            forceFolder(folder.normalize());
        }
    }
}
