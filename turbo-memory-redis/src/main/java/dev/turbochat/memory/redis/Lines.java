package dev.turbochat.memory.redis;

import dev.turbochat.error.MemoryException.JournalCorrupt;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.EntryCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Entries as items of a Redis list: lines of JSON, as in a file. */
final class Lines {
    private Lines() {}

    /** The entry that a journal begins with. */
    static Entry header(String session, UUID incarnation, Instant now) {
        return new Entry(
                new Entry.Position(0, 0, "", 0),
                new Entry.Stamp(incarnation, 1, 0, now),
                Entry.NO_REF,
                1,
                new Body.Header(Entry.FORMAT, session));
    }

    static List<byte[]> of(List<Entry> entries) {
        return entries.stream().map(EntryCodec::encode).toList();
    }

    /**
     * The entries of a whole journal.
     *
     * @throws JournalCorrupt if one of them is damaged, or missing
     */
    static List<Entry> read(String session, List<?> lines) {
        List<Entry> entries = new ArrayList<>(lines.size());
        for (Object item : lines) {
            byte[] line = (byte[]) item;
            if (!EntryCodec.isWhole(line)) {
                throw new JournalCorrupt(session, "in item " + entries.size() + " of its list", null);
            }
            Entry entry = EntryCodec.decode(session, line);
            if (!entries.isEmpty() && entry.seq() != entries.getLast().seq() + 1) {
                throw new JournalCorrupt(
                        session,
                        "in that entry " + entry.seq() + " follows entry "
                                + entries.getLast().seq(),
                        null);
            }
            entries.add(entry);
        }
        return List.copyOf(entries);
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
