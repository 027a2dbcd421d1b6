package dev.turbochat.memory;

import dev.turbochat.error.MemoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the bytes of a log: entries of whole appends, and a torn tail or damage behind them. See {@link LogFile}. */
final class LogLines {
    private final String session;
    private final Path path;
    private final byte[] all;
    private final EntryCodec.Blobs blobs;
    private final List<Entry> entries = new ArrayList<>();

    /** How many entries belong to whole appends, where those end, and where the last of those begins. */
    private int whole;

    private int end;
    private int lastAppend;

    /** How many entries the append that is being read still has. */
    private int more;

    private long blobBytes;

    private LogLines(String session, Path path, byte[] all, EntryCodec.Blobs blobs) {
        this.session = session;
        this.path = path;
        this.all = all;
        this.blobs = blobs;
    }

    /**
     * @param path what the bytes are of, for messages
     * @throws MemoryException.JournalCorrupt if it is damaged
     * @throws MemoryException.UnknownFormat if a newer turbo wrote it
     */
    static LogFile.Content read(String session, Path path, byte[] all, EntryCodec.Blobs blobs) {
        return new LogLines(session, path, all, blobs).read();
    }

    private LogFile.Content read() {
        int from = 0;
        while (from < all.length) {
            int to = endOfLine(from);
            byte[] line = Arrays.copyOfRange(all, from, to);
            if (to == all.length || !EntryCodec.isWhole(line)) {
                if (!isTorn()) {
                    throw corrupt("");
                }
                break;
            }
            add(EntryCodec.decode(session, line, blobs));
            from = to + 1;
            if (more == 0) {
                whole = entries.size();
                lastAppend = end;
                end = from;
            }
        }
        return new LogFile.Content(
                List.copyOf(entries.subList(0, whole)), lastAppend, end, blobBytes, end < all.length);
    }

    private int endOfLine(int from) {
        int to = from;
        while (to < all.length && all[to] != '\n') {
            to++;
        }
        return to;
    }

    private void add(EntryCodec.Decoded decoded) {
        Entry entry = decoded.entry();
        if (!entries.isEmpty()) {
            Entry last = entries.getLast();
            if (entry.seq() != last.seq() + 1) {
                throw corrupt(", which says it is entry " + entry.seq());
            }
            if (more > 0 && (decoded.more() != more - 1 || !sameAppend(entry, last))) {
                throw corrupt(", which cuts the append before it short");
            }
        }
        entries.add(entry);
        more = decoded.more();
        blobBytes += decoded.blobBytes();
    }

    private static boolean sameAppend(Entry one, Entry other) {
        Entry.Stamp mine = one.stamp();
        Entry.Stamp its = other.stamp();
        return mine.incarnation().equals(its.incarnation())
                && mine.epoch() == its.epoch()
                && mine.append() == its.append();
    }

    /** Whether the tail that begins at {@link #end}, which holds a bad line, is what is left of a single append. */
    private boolean isTorn() {
        TornTail tail = new TornTail(session, whole == 0 ? null : entries.get(whole - 1));
        int from = end;
        while (from < all.length) {
            int to = endOfLine(from);
            tail.add(Arrays.copyOfRange(all, from, to), to < all.length);
            from = to + 1;
        }
        return tail.isProved();
    }

    private MemoryException.JournalCorrupt corrupt(String how) {
        return new MemoryException.JournalCorrupt(
                session, "at line " + (entries.size() + 1) + " of " + path + how, null);
    }
}
