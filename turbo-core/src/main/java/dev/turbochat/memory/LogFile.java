package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The file of one session: a line an entry.
 *
 * <p>A line counts once its newline is there and its checksum fits, an append once all its lines do. Whatever else a file
 * holds is a torn tail, which is copied aside and cut off, or damage, which nobody touches.
 *
 * <p><b>A tail is torn if it is proved to be of one append.</b> An append is acknowledged when all of it is on the disk,
 * and the next is not begun before, so that only the last one can lack a piece; its pages come back in any order, and one
 * that did not come reads as zeros. The tail is everything behind the last append of which every line is whole. It is torn
 *
 * <ul>
 *   <li>if it holds whole lines, and they are all of one append; one of that append's lines is missing; and there was no
 *       append between it and the last whole one: its lines begin with the next number, or its stamp is the next (the same
 *       epoch and the next append, or the next epoch and its first append);
 *   <li>if it holds no whole line and is a single piece, whether or not a newline ends it;
 *   <li>if it holds no whole line, and of its pieces one shows the stamp of the next append or the first holds a NUL, which
 *       no line does; and none shows another stamp.
 * </ul>
 *
 * A line that stands whole in front of something else than its newline counts as whole here: its newline was damaged.
 * Everything else is damage: a bad line in front of a later append, a number that is missing or comes twice, an append that
 * another one cuts short. What this rule cannot tell from a torn append is an acknowledged last one that the disk spoilt
 * afterwards; the copy aside is for that.
 */
final class LogFile {
    private final Disk disk;
    private final SessionFiles files;
    private final Path path;
    private final String session;
    private final FileBlobs blobs;

    /**
     * @param session its id, or what messages call it
     */
    LogFile(Disk disk, SessionFiles files, String session) {
        this.disk = disk;
        this.files = files;
        this.path = files.log();
        this.session = session;
        this.blobs = new FileBlobs(disk, files.blobs());
    }

    boolean exists() {
        try {
            return disk.has(path);
        } catch (IOException e) {
            throw failed("found", e);
        }
    }

    /**
     * The whole appends of a file.
     *
     * @param lastAppend where the last of them begins
     * @param bytes where it ends; what lies behind is torn
     * @param blobBytes how much is kept beside the file
     */
    record Content(List<Entry> entries, int lastAppend, int bytes, long blobBytes, boolean torn) {
        static final Content NONE = new Content(List.of(), 0, 0, 0, false);
    }

    /** Reads the file; an absent one is empty. */
    Content read() {
        try {
            return readOnce();
        } catch (MemoryException.JournalCorrupt e) {
            return readOnce(); // the owner may have begun it anew, or cut it off, while it was being read
        }
    }

    private Content readOnce() {
        try {
            return LogLines.read(session, path, disk.read(path), blobs);
        } catch (NoSuchFileException e) {
            return Content.NONE;
        } catch (IOException | UncheckedIOException e) {
            throw failed("read", e);
        }
    }

    /** Copies the file aside, whole, and cuts it off. */
    void repair(Content content) {
        try {
            int number = 1;
            while (disk.has(files.torn(number))) {
                number++;
            }
            disk.put(files.torn(number), files.draft(), disk.read(path), true);
            try (Disk.OpenFile file = disk.open(path, false)) {
                file.truncate(content.bytes());
                file.force();
            }
        } catch (IOException e) {
            throw failed("repaired", e);
        }
    }

    /**
     * Has on the disk what was read. The owner before may have died, or failed, between writing and forcing it; and what
     * was not forced then may never be forced by trying again, unless it is written again.
     */
    void secure(Content content) {
        try (Disk.OpenFile file = disk.open(path, false)) {
            if (content.lastAppend() > 0) {
                byte[] last = disk.read(path, content.lastAppend(), content.bytes() - content.lastAppend());
                file.write(last, content.lastAppend());
                file.force();
            } else { // it was just made: by a rename that nobody may have forced
                file.force();
                disk.forceFolder(files.folder());
                disk.forceFolder(files.root());
            }
        } catch (IOException e) {
            throw failed("opened", e);
        }
    }

    /**
     * What is to be stored.
     *
     * @param lines the lines, each with its newline
     */
    @SuppressWarnings("ArrayRecordComponent") // on its way to the disk, and compared by nobody
    record Lines(byte[] lines, List<EntryCodec.Blob> blobs) {
        /**
         * @throws MemoryException.PayloadTooLarge if an entry is too large
         */
        static Lines of(String session, List<Entry> entries, Limits limits) {
            List<EntryCodec.Encoded> encoded = new ArrayList<>();
            for (Entry entry : entries) {
                encoded.add(EntryCodec.encode(session, entry, entries.size() - 1 - encoded.size(), limits));
            }
            ByteBuffer lines = ByteBuffer.allocate(
                    encoded.stream().mapToInt(one -> one.line().length + 1).sum());
            encoded.forEach(one -> lines.put(one.line()).put((byte) '\n'));
            return new Lines(
                    lines.array(),
                    encoded.stream()
                            .map(EntryCodec.Encoded::blob)
                            .filter(Objects::nonNull)
                            .toList());
        }

        long blobBytes() {
            return blobs.stream().mapToLong(blob -> blob.bytes().length).sum();
        }
    }

    /**
     * Appends to a file of this length.
     *
     * @return its new length, or -1 if it has another length than that, or is gone
     */
    long append(long bytes, Lines append, boolean force) {
        try (Disk.OpenFile file = disk.open(path, false)) {
            if (file.size() != bytes) {
                return -1;
            }
            blobs.write(append.blobs(), force);
            try {
                file.write(append.lines(), bytes);
                if (force) {
                    file.force();
                }
            } catch (IOException e) {
                cutOff(file, bytes, e);
                throw e;
            }
            return bytes + append.lines().length;
        } catch (NoSuchFileException e) {
            return gone(e);
        } catch (IOException e) {
            throw failed("written to", e);
        }
    }

    /** Nothing was written because the file is not there; or, being there, it lacks something else. */
    private long gone(NoSuchFileException e) {
        if (exists()) {
            throw failed("written to", e);
        }
        return -1;
    }

    private static void cutOff(Disk.OpenFile file, long bytes, IOException cause) {
        try {
            file.truncate(bytes);
        } catch (IOException e) {
            cause.addSuppressed(e); // what is left is a torn tail, which the next opening repairs
        }
    }

    /** Makes the file, with its header, and has the folders remember it. */
    long create(Lines header, boolean force) {
        try {
            disk.makeFolder(files.folder(), force);
            disk.put(path, files.draft(), header.lines(), force);
            return header.lines().length;
        } catch (IOException e) {
            throw failed("created", e);
        }
    }

    /**
     * Makes a file of this length anew: a reader finds what it held before, or this, whole.
     *
     * @return its new length, or -1 if it has another length than that, or is gone
     */
    long replace(long bytes, Lines lines, boolean force) {
        try {
            if (disk.size(path) != bytes) {
                return -1;
            }
            blobs.write(lines.blobs(), force);
            disk.put(path, files.draft(), lines.lines(), force);
            return lines.lines().length;
        } catch (IOException e) {
            throw failed("begun anew", e);
        }
    }

    /** Deletes the bodies beside the file that these lines do not refer to: those of the journal before. */
    void keepBlobs(Lines lines) throws IOException {
        blobs.keep(lines.blobs().stream().map(EntryCodec.Blob::name).toList());
    }

    private BackendException failed(String done, Exception e) {
        return new BackendException(
                "The journal of session '" + session + "' could not be " + done + ": " + e + "; free the disk or mend "
                        + path + ", then run the session again.",
                e);
    }
}
