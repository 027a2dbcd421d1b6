package dev.turbochat.model.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import okio.BufferedSource;

/**
 * Reads an event stream as it comes, as the
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">HTML standard</a>
 * says: lines end with LF, CR or CRLF, a leading byte order mark is dropped, several data lines are joined by LF, an
 * event ends at a blank line, and one that the end of the stream cuts short is dropped. {@code id} and {@code retry}
 * are ignored: there is no reconnecting to an answer.
 *
 * <p>The data stay bytes, valid until the next event, so that an event costs no allocation. Not thread-safe.
 */
final class SseReader {
    /** The longest line, and the most data of one event, in bytes: 16 MiB. */
    static final int LIMIT = 16 << 20;

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final BufferedSource source;
    private final byte[] chunk = new byte[8192];
    private int position;
    private int end;
    private final Bytes line = new Bytes(); // the beginning of a line that goes on in the next chunk
    private boolean firstLine = true;
    private boolean afterCr;

    private final Bytes data = new Bytes();
    private boolean hasData;
    private String event = "message";
    private String lastEvent = "message"; // names repeat: one string for all

    SseReader(BufferedSource source) {
        this.source = source;
    }

    /**
     * Goes to the next event, blocking until it has come whole.
     *
     * @return false if the stream has ended
     * @throws TooLong if a line or an event is longer than {@link #LIMIT}
     */
    boolean next() throws IOException {
        startEvent();
        while (true) {
            if (position == end) {
                position = 0;
                end = Math.max(0, source.read(chunk, 0, chunk.length));
                if (end == 0) {
                    return false;
                }
            }
            if (afterCr) {
                afterCr = false;
                if (chunk[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int from = position;
            int to = lineEnd(from);
            position = to;
            if (to == end) {
                line.add(chunk, from, end);
                continue;
            }
            position++;
            afterCr = chunk[to] == '\r';
            if (endLine(from, to)) {
                return true;
            }
        }
    }

    /** Where the line ends that goes on in the chunk; where the chunk ends if it does not. */
    private int lineEnd(int from) {
        int at = from;
        while (at < end && (chunk[at] > '\r' || (chunk[at] != '\r' && chunk[at] != '\n'))) { // most need one comparison
            at++;
        }
        return at;
    }

    /** The bytes of the event's data, from 0 to {@link #length}; others after it are not its. */
    byte[] data() {
        return data.bytes;
    }

    /** How many bytes of data the event has; 0 for an empty {@code data:} line. */
    int length() {
        return data.length;
    }

    /** The event's name; {@code message} where the stream gives none. */
    String event() {
        return event;
    }

    /** Ends the line that ends in the chunk; true if an event ends with it. */
    private boolean endLine(int from, int to) throws IOException {
        if (line.length == 0) {
            return line(chunk, from, to);
        }
        line.add(chunk, from, to);
        int length = line.length;
        line.length = 0;
        return line(line.bytes, 0, length);
    }

    private boolean line(byte[] bytes, int lineStart, int to) throws IOException {
        int from = lineStart;
        if (firstLine) {
            firstLine = false;
            if (startsWith(bytes, from, to, MARK)) {
                from += MARK.length;
            }
        }
        if (from == to) {
            if (hasData) {
                data.length--; // the LF after its last line
                return true;
            }
            startEvent();
        } else if (startsWith(bytes, from, to, DATA)) {
            int value = value(bytes, from + DATA.length, to);
            if (value >= 0) {
                data.add(bytes, value, to);
                data.add('\n');
                hasData = true;
            }
        } else if (startsWith(bytes, from, to, EVENT)) {
            int value = value(bytes, from + EVENT.length, to);
            if (value >= 0) {
                event = name(bytes, value, to);
            }
        }
        return false;
    }

    /** Where the value begins behind a field name that ends at {@code at}; -1 if the name is a longer one. */
    private static int value(byte[] bytes, int at, int to) {
        if (at == to) {
            return to;
        }
        if (bytes[at] != ':') {
            return -1;
        }
        return at + 1 < to && bytes[at + 1] == ' ' ? at + 2 : at + 1;
    }

    private String name(byte[] bytes, int from, int to) {
        if (from == to) {
            return "message";
        }
        boolean same = lastEvent.length() == to - from;
        for (int i = 0; same && i < to - from; i++) {
            same = lastEvent.charAt(i) == bytes[from + i];
        }
        if (!same) {
            lastEvent = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        return lastEvent;
    }

    private void startEvent() {
        data.length = 0;
        hasData = false;
        event = "message";
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
        return to - from >= prefix.length && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }

    /** A growing array of bytes that is used again and again. */
    private static final class Bytes {
        private byte[] bytes = new byte[1024];
        private int length;

        void add(byte[] from, int start, int stop) throws TooLong {
            int added = stop - start;
            reserve(added);
            System.arraycopy(from, start, bytes, length, added);
            length += added;
        }

        void add(char ascii) throws TooLong {
            reserve(1);
            bytes[length++] = (byte) ascii;
        }

        private void reserve(int more) throws TooLong {
            if (length + more > LIMIT + 1) { // and the LF
                throw new TooLong();
            }
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
            }
        }
    }

    /** A line or an event is longer than anything an answer has. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1;

        TooLong() {
            super("a line of more than " + (LIMIT >> 20) + " MiB");
        }
    }
}
