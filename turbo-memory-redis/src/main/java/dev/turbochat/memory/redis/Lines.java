package dev.turbochat.memory.redis;

import dev.turbochat.error.MemoryException.JournalCorrupt;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.EntryCodec;
import dev.turbochat.memory.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Entries as items of a Redis list: lines of JSON, as in a file, and bodies that are too large for one.
 *
 * @param lines one an entry
 * @param blobs by turns the name of a body and its JSON
 */
record Lines(List<byte[]> lines, List<byte[]> blobs) {

    /**
     * @throws dev.turbochat.error.MemoryException.PayloadTooLarge if one of the entries is
     */
    static Lines of(String session, List<Entry> entries, Limits limits) {
        List<byte[]> lines = new ArrayList<>(entries.size());
        List<byte[]> blobs = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            EntryCodec.Encoded encoded = EntryCodec.encode(session, entries.get(i), entries.size() - 1 - i, limits);
            lines.add(encoded.line());
            if (encoded.blob() != null) {
                blobs.add(Keys.bytes(encoded.blob().name()));
                blobs.add(encoded.blob().bytes());
            }
        }
        return new Lines(lines, blobs);
    }

    long bytes() {
        return bytes(lines) + bytes(blobs);
    }

    private static long bytes(List<?> items) {
        long bytes = 0;
        for (Object item : items) {
            bytes += ((byte[]) item).length;
        }
        return bytes;
    }

    /** The entry that a journal begins with. */
    static Entry header(String session, UUID incarnation, Instant now) {
        return new Entry(
                new Entry.Position(0, 0, "", 0),
                new Entry.Stamp(incarnation, 1, 0, now),
                Entry.NO_REF,
                1,
                new Body.Header(Entry.FORMAT, session));
    }

    /**
     * A whole journal that was read.
     *
     * @param bytes how large it is
     */
    record Journal(List<Entry> entries, long bytes) {}

    /**
     * Reads a whole journal.
     *
     * @throws JournalCorrupt if one of its entries is damaged, or missing
     */
    static Journal read(String session, List<?> lines, List<?> blobs) {
        Map<String, byte[]> byName = new HashMap<>();
        for (int i = 0; i < blobs.size(); i += 2) {
            byName.put(Redis.text(blobs.get(i)), (byte[]) blobs.get(i + 1));
        }
        List<Entry> entries = new ArrayList<>(lines.size());
        for (Object item : lines) {
            byte[] line = (byte[]) item;
            if (!EntryCodec.isWhole(line)) {
                throw new JournalCorrupt(session, "in item " + entries.size() + " of its list", null);
            }
            Entry entry = EntryCodec.decode(session, line, byName::get).entry();
            if (!entries.isEmpty() && entry.seq() != entries.getLast().seq() + 1) {
                throw new JournalCorrupt(
                        session,
                        "in that entry " + entry.seq() + " follows entry "
                                + entries.getLast().seq(),
                        null);
            }
            entries.add(entry);
        }
        return new Journal(List.copyOf(entries), bytes(lines) + bytes(blobs));
    }

    /** A journal of which not all is there. */
    static JournalCorrupt broken(String session, String counted, long there) {
        return new JournalCorrupt(
                session,
                "in that " + there + " of " + (counted.equals("none") ? "an unknown number of" : counted)
                        + " entries are in Redis (was a key evicted, or removed by hand?)",
                null);
    }
}
