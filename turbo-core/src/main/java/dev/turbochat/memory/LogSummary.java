package dev.turbochat.memory;

import dev.turbochat.error.MemoryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A journal as a line of a list, read off the ends of its file: the header, the last append, and the lines back to the
 * start of the last run, of which only that start is decoded. A file that does not end as its owner leaves it is read whole.
 */
final class LogSummary {
    private static final int WINDOW = 8_192;
    private static final byte[] RUN_STARTED = "\"kind\":\"run-started\"".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BLOB = "\"blob\":\"".getBytes(StandardCharsets.UTF_8);

    private final Disk disk;
    private final SessionFiles files;

    private LogSummary(Disk disk, SessionFiles files) {
        this.disk = disk;
        this.files = files;
    }

    /**
     * The session of these files; null if there is none.
     *
     * @throws MemoryException if what is read is damaged, or cannot be read
     */
    static Memory.@Nullable Summary of(Disk disk, SessionFiles files) {
        try {
            Memory.Summary summary = new LogSummary(disk, files).fromItsEnds();
            if (summary != null) {
                return summary;
            }
        } catch (IOException e) {
            // reading it whole says why
        }
        List<Entry> entries = new LogFile(disk, files, files.name()).read().entries();
        return entries.isEmpty() ? null : Logs.summary(entries);
    }

    /** Null if the file has to be read whole. */
    private Memory.@Nullable Summary fromItsEnds() throws IOException {
        long size = disk.size(files.log());
        for (long window = WINDOW; ; window *= 8) {
            long from = Math.max(0, size - window);
            byte[] tail = disk.read(files.log(), from, (int) Math.min(size - from, Integer.MAX_VALUE - 8));
            if (tail.length == 0 || tail[tail.length - 1] != '\n') {
                return null;
            }
            List<byte[]> lines = lines(tail, from > 0);
            int append = lastAppend(lines);
            if (append < 0) {
                return null;
            }
            boolean isAll = from == 0;
            String program = program(lines);
            if (isAll || (append > 0 && program != null)) {
                EntryCodec.Place last = EntryCodec.place(files.name(), lines.getLast());
                return new Memory.Summary(
                        session(isAll ? lines.getFirst() : head()),
                        program == null ? "" : program,
                        last.seq() + 1,
                        last.time());
            }
        }
    }

    private static List<byte[]> lines(byte[] tail, boolean beginsInALine) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int to = 0; to < tail.length; to++) {
            if (tail[to] == '\n') {
                lines.add(Arrays.copyOfRange(tail, from, to));
                from = to + 1;
            }
        }
        if (beginsInALine) {
            lines.removeFirst();
        }
        return lines;
    }

    /** Where the last append begins; 0 if that may lie further ahead, -1 if the last append is not whole. */
    private int lastAppend(List<byte[]> lines) {
        int more = -1;
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (!EntryCodec.isWhole(lines.get(i))) {
                return -1;
            }
            int behind = EntryCodec.place(files.name(), lines.get(i)).more();
            if (more >= 0 && behind == 0) {
                return i + 1;
            }
            if (behind != more + 1) {
                return -1;
            }
            more = behind;
        }
        return 0;
    }

    /** The program of the last run that starts in these lines; null if none does. */
    private @Nullable String program(List<byte[]> lines) {
        for (byte[] line : lines.reversed()) {
            if ((holds(line, RUN_STARTED) || holds(line, BLOB)) && EntryCodec.isWhole(line)) {
                Entry entry = EntryCodec.decode(files.name(), line, new FileBlobs(disk, files.blobs()))
                        .entry();
                if (entry.body() instanceof Body.RunStarted started) {
                    return started.program();
                }
            }
        }
        return null;
    }

    private byte[] head() throws IOException {
        byte[] head = disk.read(files.log(), 0, WINDOW);
        int end = 0;
        while (end < head.length && head[end] != '\n') {
            end++;
        }
        return Arrays.copyOf(head, end);
    }

    private String session(byte[] head) {
        if (EntryCodec.isWhole(head) && EntryCodec.decode(files.name(), head).body() instanceof Body.Header header) {
            return header.session();
        }
        throw new MemoryException.JournalCorrupt(files.name(), "at line 1 of " + files.log(), null);
    }

    private static boolean holds(byte[] line, byte[] part) {
        for (int i = 0; i <= line.length - part.length; i++) {
            if (line[i] == part[0] && Arrays.equals(line, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
