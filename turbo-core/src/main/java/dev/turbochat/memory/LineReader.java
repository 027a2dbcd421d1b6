package dev.turbochat.memory;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.ObjectReader;

/**
 * Reads the line of an entry, member by member: opening a session is little else, and a binding of the whole line by Jackson
 * takes twice as long. Used by one thread, for one line.
 */
final class LineReader {
    private static final int SECONDS = "2026-11-21T18:21:13".length();
    private static final int NANO_DIGITS = 9;

    private int format;
    private long seq;
    private int run;
    private String branch = "";
    private int step;
    private long ref = Entry.NO_REF;
    private int attempt;
    private @Nullable Instant time;
    private @Nullable UUID incarnation;
    private long epoch;
    private long append;
    private int more;
    private @Nullable Body body;
    private @Nullable String blob;

    /**
     * @throws tools.jackson.core.JacksonException if it is not JSON, or one of the members is of another kind
     * @throws DateTimeException if its time is none
     * @throws IllegalArgumentException if its incarnation is none
     */
    LineReader read(byte[] line, JsonParser parser, ObjectReader bodies) {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                if (parser.nextToken() != JsonToken.VALUE_NULL) {
                    member(name, line, parser, bodies);
                }
            }
        }
        if (parser.nextToken() != null) {
            throw new StreamReadException(parser, "Something stands behind the entry");
        }
        return this;
    }

    private void member(String name, byte[] line, JsonParser parser, ObjectReader bodies) {
        switch (name) {
            case "v" -> format = parser.getIntValue();
            case "seq" -> seq = parser.getLongValue();
            case "run" -> run = parser.getIntValue();
            case "branch" -> branch = parser.getString();
            case "step" -> step = parser.getIntValue();
            case "ref" -> ref = parser.getLongValue();
            case "attempt" -> attempt = parser.getIntValue();
            case "time" -> time = time(parser.getString());
            case "inc" -> incarnation = UUID.fromString(parser.getString());
            case "epoch" -> epoch = parser.getLongValue();
            case "append" -> append = parser.getLongValue();
            case "more" -> more = parser.getIntValue();
            case "body" -> body = body(line, parser, bodies);
            case "blob" -> blob = parser.getString();
            default -> parser.skipChildren(); // of a newer turbo that writes this format, or the checksum
        }
    }

    private static Body body(byte[] line, JsonParser parser, ObjectReader bodies) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return bodies.readValue(parser);
        }
        int depth = parser.streamReadContext().getNestingDepth();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        Body usual = BodyReader.read(parser);
        if (usual != null) {
            return usual;
        }
        while (parser.currentToken() != JsonToken.END_OBJECT
                || parser.streamReadContext().getNestingDepth() >= depth) {
            parser.nextToken();
        }
        return bodies.readValue(line, from, line.length - from);
    }

    int format() {
        return format;
    }

    @Nullable
    Body body() {
        return body;
    }

    @Nullable
    String blob() {
        return blob;
    }

    int more() {
        return more;
    }

    /** Whether it says when it was written, and in which creation of its session. */
    boolean isStamped() {
        return time != null && incarnation != null;
    }

    /** The entry of a line that {@link #isStamped}. */
    Entry entry(Body whole) {
        return new Entry(
                new Entry.Position(seq, run, branch, step),
                new Entry.Stamp(requireNonNull(incarnation), epoch, append, requireNonNull(time)),
                ref,
                attempt,
                whole);
    }

    /** {@link Instant#parse}, ten times as fast for times as {@link Instant#toString} writes them in our age. */
    static Instant time(String text) {
        int digits = text.length() - SECONDS - 2;
        boolean usual = text.length() > SECONDS
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && text.charAt(text.length() - 1) == 'Z'
                && (digits == -1 || (digits > 0 && digits <= NANO_DIGITS && text.charAt(SECONDS) == '.'));
        int hour = usual ? number(text, 11, 13) : -1;
        int minute = usual ? number(text, 14, 16) : -1;
        int second = usual ? number(text, 17, SECONDS) : -1;
        int nano = usual && digits > 0 ? number(text, SECONDS + 1, text.length() - 1) : 0;
        int year = usual ? number(text, 0, 4) : -1;
        int month = usual ? number(text, 5, 7) : -1;
        int day = usual ? number(text, 8, 10) : -1;
        if (year < 0 || month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
            return Instant.parse(text);
        }
        if (second < 0 || second > 59 || nano < 0) {
            return Instant.parse(text);
        }
        for (int i = digits; i > 0 && i < NANO_DIGITS; i++) {
            nano *= 10;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(((days * 24 + hour) * 60 + minute) * 60 + second, nano);
    }

    /** The number that these digits are; -1 if one of them is none. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
