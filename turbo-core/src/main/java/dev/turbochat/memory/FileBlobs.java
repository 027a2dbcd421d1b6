package dev.turbochat.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of a session that are too large for a line: a file each, named by its SHA-256. */
final class FileBlobs implements EntryCodec.Blobs {
    private static final String DRAFT = ".new";

    private final Disk disk;
    private final Path folder;

    FileBlobs(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /**
     * @throws UncheckedIOException if it is there and cannot be read
     */
    @Override
    public byte @Nullable [] read(String name) {
        try {
            return name.matches("[0-9a-f]{64}") ? disk.read(folder.resolve(name)) : null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stores blobs; the folder that they are in is made if need be, in one that exists. */
    void write(List<EntryCodec.Blob> blobs, boolean force) throws IOException {
        if (blobs.isEmpty()) {
            return;
        }
        disk.makeFolder(folder, force);
        for (EntryCodec.Blob blob : blobs) {
            Path file = folder.resolve(blob.name());
            disk.put(file, folder.resolve(blob.name() + DRAFT), blob.bytes(), force);
        }
    }

    /** Deletes all blobs but these. */
    void keep(Collection<String> names) throws IOException {
        for (String name : disk.list(folder)) {
            if (!names.contains(name)) {
                disk.delete(folder.resolve(name));
            }
        }
        if (names.isEmpty()) {
            disk.delete(folder);
        }
    }

    /** Deletes all blobs, and their folder. */
    void delete() throws IOException {
        keep(List.of());
    }
}
