package dev.turbochat.memory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the whole appends of a log, and whether it is proved to be the rest of one append that was never
 * acknowledged. The rule is {@link LogFile}'s.
 */
final class TornTail {
    /** How a line begins, as far as it can be told from a piece of one. */
    private static final Pattern STAMP = Pattern.compile(
            "^\\{\"v\":\\d+,\"seq\":\\d+,[^{}]{1,1000}?\"epoch\":(\\d{1,18}),\"append\":(\\d{1,18})[,}]");

    private static final int STAMP_BYTES = 1_500;

    private final String session;
    private final @Nullable Entry last;
    private final List<EntryCodec.Place> whole = new ArrayList<>();
    private final List<byte[]> bad = new ArrayList<>();

    /**
     * @param last the last entry of the last whole append; null if there is none
     */
    TornTail(String session, @Nullable Entry last) {
        this.session = session;
        this.last = last;
    }

    /** Adds the next line of the tail, or what is left of one. */
    void add(byte[] line, boolean ended) {
        int length = ended && EntryCodec.isWhole(line) ? line.length : EntryCodec.startsWhole(line);
        if (length > 0) {
            whole.add(EntryCodec.place(session, Arrays.copyOf(line, length)));
        }
        if (length < line.length || length == 0) {
            bad.add(line);
        }
    }

    boolean isProved() {
        if (whole.isEmpty()) {
            return bad.size() <= 1 || (last != null && showsNoOther(last));
        }
        return last != null
                && isOneAppend(last)
                && whole.size() < whole.getFirst().end() - last.seq();
    }

    /** Whether all whole lines are of one append, with nothing between it and what stands before. */
    private boolean isOneAppend(Entry before) {
        EntryCodec.Place first = whole.getFirst();
        long seq = before.seq();
        for (EntryCodec.Place place : whole) {
            if (place.seq() <= seq
                    || place.end() != first.end()
                    || place.epoch() != first.epoch()
                    || place.append() != first.append()
                    || !place.incarnation().equals(first.incarnation())) {
                return false;
            }
            seq = place.seq();
        }
        return first.seq() == before.seq() + 1
                || (first.incarnation().equals(before.stamp().incarnation())
                        && isNext(before, first.epoch(), first.append()));
    }

    private static boolean isNext(Entry before, long epoch, long append) {
        Entry.Stamp stamp = before.stamp();
        return epoch == stamp.epoch() ? append == stamp.append() + 1 : epoch == stamp.epoch() + 1 && append == 1;
    }

    /** Whether the pieces say that they are of the next append, or that a page of the first never came; and no other. */
    private boolean showsNoOther(Entry before) {
        boolean proved = holdsNul(bad.getFirst());
        for (byte[] piece : bad) {
            Matcher stamp = STAMP.matcher(
                    new String(piece, 0, Math.min(piece.length, STAMP_BYTES), StandardCharsets.ISO_8859_1));
            if (stamp.find()) {
                if (!isNext(before, Long.parseLong(stamp.group(1)), Long.parseLong(stamp.group(2)))) {
                    return false;
                }
                proved = true;
            }
        }
        return proved;
    }

    private static boolean holdsNul(byte[] piece) {
        for (byte b : piece) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }
}
