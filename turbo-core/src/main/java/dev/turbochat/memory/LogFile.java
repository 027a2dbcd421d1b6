package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The file of one session: a line an entry.
 *
 * <p>A line counts once its newline is there and its checksum fits. A bad last line is what a crash in the middle of a
 * write leaves: it is copied aside and cut off. A bad earlier line is damage, and nothing is touched; so is a last line
 * that begins with a whole one, which was the line before it until its newline was damaged.
 */
final class LogFile {
    private final Path folder;
    private final Path path;
    private final String session;

    /** The file of this name in this folder, whether or not they exist. */
    LogFile(Path folder, String name, String session) {
        this.folder = folder;
        this.path = folder.resolve(name);
        this.session = session;
    }

    /** All files with this suffix in the folders of this folder. */
    static List<LogFile> all(Path root, String suffix) {
        List<LogFile> files = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path folder : folders) {
                try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + suffix)) {
                    for (Path file : found) {
                        String name = String.valueOf(file.getFileName());
                        files.add(new LogFile(folder, name, name));
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new BackendException("Folder " + root + " cannot be listed: " + e + "; mend it and try again.", e);
        }
        return files;
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** The whole lines of a file and how many bytes they take; what lies behind them is torn. */
    record Content(List<Entry> entries, long bytes, boolean torn) {}

    /** Reads the file; an absent one is empty. */
    Content read() {
        byte[] all;
        try {
            all = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return new Content(List.of(), 0, false);
        } catch (IOException e) {
            throw failed("read", e);
        }
        List<Entry> entries = new ArrayList<>();
        int whole = 0; // how many of them belong to whole appends
        int end = 0; // where those end
        int from = 0;
        while (from < all.length) {
            int to = from;
            while (to < all.length && all[to] != '\n') {
                to++;
            }
            byte[] line = Arrays.copyOfRange(all, from, to);
            if (to == all.length || !EntryCodec.isWhole(line)) {
                if (to < all.length - 1 || EntryCodec.startsWhole(line)) {
                    throw corrupt(entries.size(), "", null);
                }
                break;
            }
            EntryCodec.Decoded decoded = EntryCodec.decodeLine(session, line);
            Entry entry = decoded.entry();
            if (!entries.isEmpty() && entry.seq() != entries.getLast().seq() + 1) {
                throw corrupt(entries.size(), ", which says it is entry " + entry.seq(), null);
            }
            entries.add(entry);
            from = to + 1;
            if (decoded.more() == 0) {
                whole = entries.size();
                end = from;
            }
        }
        return new Content(List.copyOf(entries.subList(0, whole)), end, end < all.length);
    }

    private MemoryException.JournalCorrupt corrupt(int lines, String how, @Nullable Exception cause) {
        return new MemoryException.JournalCorrupt(session, "at line " + (lines + 1) + " of " + path + how, cause);
    }

    /** Copies the file aside and cuts it off after its whole lines. */
    void repair(long bytes) {
        Path aside = path.resolveSibling(path.getFileName() + ".torn");
        try {
            Files.copy(path, aside, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(bytes);
                channel.force(true);
            }
        } catch (IOException e) {
            throw failed("repaired", e);
        }
    }

    /**
     * Appends entries to a file of this length.
     *
     * @return its new length, or -1 if it has another length than that, or is gone
     */
    long append(long bytes, List<Entry> entries, boolean force) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (channel.size() != bytes) {
                return -1;
            }
            ByteBuffer lines = encode(entries);
            long end = bytes + lines.remaining();
            try {
                for (long at = bytes; lines.hasRemaining(); ) {
                    at += channel.write(lines, at);
                }
                if (force) {
                    channel.force(false);
                }
            } catch (IOException e) {
                cutOff(channel, bytes, e);
                throw e;
            }
            return end;
        } catch (NoSuchFileException e) {
            return -1;
        } catch (IOException e) {
            throw failed("written to", e);
        }
    }

    /** Makes the file, with its header, and has the folder remember it. */
    long create(Entry header, boolean force) {
        return replace(List.of(header), force);
    }

    /** Makes the file anew, of these entries: a reader finds the old ones or the new ones, whole. */
    long replace(List<Entry> entries, boolean force) {
        try {
            Files.createDirectories(folder);
            Path draft = path.resolveSibling(path.getFileName() + ".new");
            byte[] lines = encode(entries).array();
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(lines);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                if (force) {
                    channel.force(true);
                }
            }
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
            if (force) {
                forceFolder(folder);
                forceFolder(folder.resolve("..")); // which may have got this folder just now
            }
            return lines.length;
        } catch (IOException e) {
            throw failed("created", e);
        }
    }

    /** Removes the file and what was kept beside it, and has the folder forget it. */
    boolean delete(boolean force) {
        try {
            Files.deleteIfExists(path.resolveSibling(path.getFileName() + ".torn"));
            Files.deleteIfExists(path.resolveSibling(path.getFileName() + ".new"));
            boolean existed = Files.deleteIfExists(path);
            if (existed && force) {
                forceFolder(folder);
            }
            return existed;
        } catch (IOException e) {
            throw failed("deleted", e);
        }
    }

    private static ByteBuffer encode(List<Entry> entries) {
        List<byte[]> lines = IntStream.range(0, entries.size())
                .mapToObj(i -> EntryCodec.encode(entries.get(i), entries.size() - 1 - i))
                .toList();
        ByteBuffer buffer = ByteBuffer.allocate(
                lines.stream().mapToInt(line -> line.length + 1).sum());
        lines.forEach(line -> buffer.put(line).put((byte) '\n'));
        return buffer.flip();
    }

    private static void cutOff(FileChannel channel, long bytes, IOException cause) {
        try {
            channel.truncate(bytes);
        } catch (IOException e) {
            cause.addSuppressed(e); // what is left is a torn tail, which the next opening repairs
        }
    }

    static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            if (!System.getProperty("os.name", "").startsWith("Windows")) { // which cannot open folders
                throw e;
            }
        }
    }

    private BackendException failed(String done, IOException e) {
        return new BackendException(
                "The journal of session '" + session + "' could not be " + done + ": " + e + "; free the disk or mend "
                        + path + ", then run the session again.",
                e);
    }
}
