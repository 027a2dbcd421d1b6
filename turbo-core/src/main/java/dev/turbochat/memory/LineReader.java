package dev.turbochat.memory;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * What the line of an entry says. Opening a session is little else than reading lines: one that is as {@link LineWriter} writes
 * it is read by hand, in a fraction of the time that a parser takes, and any other by Jackson. Used by one thread, for one line.
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
     * Reads a line as {@link LineWriter} writes it.
     *
     * @return null if it is another, or none: that is for {@link #parse} to say
     */
    static @Nullable LineReader scan(byte[] line) {
        try {
            LineReader read = new LineReader();
            read.read(line, new LineScanner(line));
            return read;
        } catch (LineScanner.Unusual | JacksonException | IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    private void read(byte[] line, LineScanner in) {
        format = in.begin().member("v").integer();
        seq = in.member("seq").number();
        run = in.member("run").integer();
        branch = in.has("branch") ? in.string() : "";
        step = in.member("step").integer();
        ref = in.has("ref") ? in.number() : Entry.NO_REF;
        attempt = in.member("attempt").integer();
        time = time(in.member("time").string());
        incarnation = UUID.fromString(in.member("inc").string());
        epoch = in.member("epoch").number();
        append = in.member("append").number();
        more = in.has("more") ? in.integer() : 0;
        if (in.has("blob")) {
            blob = in.string();
        } else {
            body = body(line, in.member("body"));
        }
        in.member("crc").string();
        in.end();
        if (!in.isOver()) {
            throw new LineScanner.Unusual();
        }
    }

    private static Body body(byte[] line, LineScanner in) {
        int from = in.at();
        Body usual = BodyReader.read(in);
        if (usual != null) {
            return usual;
        }
        int to = line.length - EntryCodec.TAIL;
        if (to <= from) {
            throw new LineScanner.Unusual();
        }
        in.moveTo(to);
        return Binding.READER.readValue(line, from, to - from);
    }

    /**
     * Reads any line.
     *
     * @throws JacksonException if it is not JSON, or one of the members is of another kind
     * @throws DateTimeException if its time is none
     * @throws IllegalArgumentException if its incarnation is none
     */
    static LineReader parse(JsonParser parser) {
        LineReader read = new LineReader();
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                if (parser.nextToken() != JsonToken.VALUE_NULL) {
                    read.member(name, parser);
                }
            }
        }
        if (parser.nextToken() != null) {
            throw new StreamReadException(parser, "Something stands behind the entry");
        }
        return read;
    }

    private void member(String name, JsonParser parser) {
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
            case "body" -> body = Binding.INNER_READER.readValue(parser);
            case "blob" -> blob = parser.getString();
            default -> parser.skipChildren(); // of a newer turbo that writes this format, or the checksum
        }
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
