package dev.turbochat.memory;

import static java.util.Objects.requireNonNull;

import dev.turbochat.error.MemoryException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/**
 * Entries as lines of JSON, each with a checksum of its own.
 *
 * <p>A line is one JSON object whose last member is {@code "crc"}: the CRC-32C (RFC 3720) of all bytes before the comma
 * in front of it, as eight hexadecimal digits. It holds no line end. Where its body is
 * too large for a line, {@code "blob"} stands in its place: the SHA-256, in hexadecimal digits, of the body's JSON, which is
 * stored beside the journal before the line is.
 */
public final class EntryCodec {
    /** How long lines are at the most, but for a few. */
    private static final int USUAL = 512;

    private static final byte[] CRC_MEMBER = ",\"crc\":\"".getBytes(StandardCharsets.UTF_8);

    /** How many bytes a line has from the comma in front of its checksum on. */
    static final int TAIL = CRC_MEMBER.length + 8 + 2;

    private EntryCodec() {}

    /** The line of an entry that was appended alone, or as the last of its append, without a line end; never too large. */
    public static byte[] encode(Entry entry) {
        return encode(entry, 0, null);
    }

    /**
     * What a store keeps of an entry.
     *
     * @param line its line, without a line end
     * @param blob its body, where that is too large for the line: to be stored first, under its name
     */
    @SuppressWarnings("ArrayRecordComponent") // on its way to a store, and compared by nobody
    public record Encoded(byte[] line, @Nullable Blob blob) {}

    /**
     * The JSON of a body that is too large for a line.
     *
     * @param name its SHA-256 in hexadecimal digits
     */
    @SuppressWarnings("ArrayRecordComponent") // on its way to a store, and compared by nobody
    public record Blob(String name, byte[] bytes) {}

    /** Reads blobs back. */
    @FunctionalInterface
    public interface Blobs {
        /** The bytes that were stored under a name; null if there are none. */
        byte @Nullable [] read(String name);
    }

    /**
     * An entry as a store keeps it.
     *
     * @param more how many entries of the same append come behind it: all count, or none
     * @throws MemoryException.PayloadTooLarge if the body is too large for a blob, too
     */
    public static Encoded encode(String session, Entry entry, int more, Limits limits) {
        byte[] line = encode(entry, more, null);
        if (line.length <= limits.line()) {
            return new Encoded(line, null);
        }
        byte[] body = Binding.WRITER.writeValueAsBytes(entry.body());
        limits.checkBody(session, "an entry (" + entry.body().getClass().getSimpleName() + ")", body.length);
        Blob blob = new Blob(nameOf(body), body);
        return new Encoded(encode(entry, more, blob.name()), blob);
    }

    private static String nameOf(byte[] blob) {
        return HexFormat.of().formatHex(SessionFiles.sha256().digest(blob));
    }

    private static byte[] encode(Entry entry, int more, @Nullable String blob) {
        LinePrinter json = new LinePrinter(USUAL);
        new LineWriter(json).write(entry, more, blob);
        return checked(json.bytes(TAIL - 1), json.length());
    }

    /**
     * Gives a JSON object its checksum as its last member.
     *
     * @param json the object, and room for all that comes in the place of its closing brace
     * @param length of the object
     */
    private static byte[] checked(byte[] json, int length) {
        int content = length - 1;
        byte[] crc = crc(json, content).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(CRC_MEMBER, 0, json, content, CRC_MEMBER.length);
        System.arraycopy(crc, 0, json, content + CRC_MEMBER.length, crc.length);
        json[json.length - 2] = '"';
        json[json.length - 1] = '}';
        return json;
    }

    /** Whether the line is whole: it ends with the checksum of what stands before. */
    public static boolean isWhole(byte[] line) {
        return isWhole(line, line.length);
    }

    /** The length of a whole line with something else than its line end behind it; 0 if there is none in these bytes. */
    static int startsWhole(byte[] bytes) {
        for (int length = TAIL; length < bytes.length - 1; length++) {
            if (isWhole(bytes, length)) {
                return length;
            }
        }
        return 0;
    }

    private static boolean isWhole(byte[] bytes, int length) {
        int content = length - TAIL;
        int crc = content + CRC_MEMBER.length;
        return content > 0
                && bytes[length - 2] == '"'
                && bytes[length - 1] == '}'
                && Arrays.equals(bytes, content, crc, CRC_MEMBER, 0, CRC_MEMBER.length)
                && crc(bytes, content).equals(new String(bytes, crc, 8, StandardCharsets.US_ASCII));
    }

    /**
     * The entry of a whole line with its body in it.
     *
     * @throws MemoryException.UnknownFormat if a newer turbo wrote it
     * @throws MemoryException.JournalCorrupt if it is not an entry
     */
    public static Entry decode(String session, byte[] line) {
        return decode(session, line, name -> null).entry();
    }

    /**
     * A line that was read.
     *
     * @param more how many entries of the same append come behind it
     * @param blobBytes how long its blob is; 0 if it has none
     */
    public record Decoded(Entry entry, int more, int blobBytes) {}

    /**
     * The entry of a whole line.
     *
     * @throws MemoryException.UnknownFormat if a newer turbo wrote it
     * @throws MemoryException.JournalCorrupt if it is not an entry, or its blob is not what was stored
     */
    public static Decoded decode(String session, byte[] line, Blobs blobs) {
        LineReader read = read(session, line);
        byte[] blob = read.blob() == null ? null : blob(session, read.blob(), blobs);
        try {
            Body body = blob == null ? read.body() : Binding.MAPPER.readValue(blob, Body.class);
            if (body == null) {
                throw new MemoryException.JournalCorrupt(session, "in a line without a body", null);
            }
            return new Decoded(read.entry(body), read.more(), blob == null ? 0 : blob.length);
        } catch (JacksonException e) {
            throw new MemoryException.JournalCorrupt(session, "in a line that is not an entry", e);
        }
    }

    private static LineReader read(String session, byte[] line) {
        try {
            LineReader read = LineReader.scan(line);
            if (read == null) {
                try (JsonParser parser = Binding.MAPPER.createParser(line)) {
                    read = LineReader.parse(parser);
                } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
                    checkFormat(session, Binding.MAPPER.readTree(line)); // which may be the reason
                    throw new MemoryException.JournalCorrupt(session, "in a line that is not an entry", e);
                }
            }
            checkFormat(session, read.format());
            if (!read.isStamped()) {
                throw new MemoryException.JournalCorrupt(session, "in a line that is not an entry", null);
            }
            return read;
        } catch (JacksonException | IllegalArgumentException e) { // a number, say, that is larger than any
            throw new MemoryException.JournalCorrupt(session, "in a line that is not an entry", e);
        }
    }

    private static void checkFormat(String session, JsonNode line) {
        checkFormat(session, line.path("v").asInt(0));
    }

    private static void checkFormat(String session, int format) {
        if (format > Entry.FORMAT) {
            throw new MemoryException.UnknownFormat(session, format, Entry.FORMAT);
        }
        if (format < 1) {
            throw new MemoryException.JournalCorrupt(session, "in a line that is not an entry", null);
        }
    }

    private static byte[] blob(String session, String name, Blobs blobs) {
        byte[] blob = blobs.read(name);
        if (blob == null) {
            throw new MemoryException.JournalCorrupt(session, "in a body that is missing, " + name, null);
        }
        if (!nameOf(blob).equals(name)) {
            throw new MemoryException.JournalCorrupt(session, "in a body that is not what was stored, " + name, null);
        }
        return blob;
    }

    /** What a whole line says of its append, read without its body. */
    record Place(long seq, UUID incarnation, long epoch, long append, int more, Instant time) {
        /** The number of the last entry of the append. */
        long end() {
            return seq + more;
        }
    }

    /**
     * @throws MemoryException.UnknownFormat if a newer turbo wrote it
     * @throws MemoryException.JournalCorrupt if it is not an entry
     */
    static Place place(String session, byte[] line) {
        try {
            JsonNode read = Binding.MAPPER.readTree(line);
            checkFormat(session, read);
            return new Place(
                    read.required("seq").asLong(),
                    UUID.fromString(read.required("inc").asString()),
                    read.required("epoch").asLong(),
                    read.required("append").asLong(),
                    read.path("more").asInt(0),
                    Instant.parse(read.required("time").asString()));
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw new MemoryException.JournalCorrupt(session, "in a line that is not an entry", e);
        }
    }

    /** What is brought to a session, with the session's id. */
    public record Letter(String session, Delivery delivery) {
        public Letter {
            requireNonNull(session);
            requireNonNull(delivery);
        }
    }

    /** The line of a delivery, without a line end; it ends with a checksum as an entry's does. */
    public static byte[] encode(Letter letter) {
        byte[] json = Binding.MAPPER.writeValueAsBytes(letter);
        return checked(Arrays.copyOf(json, json.length - 1 + TAIL), json.length);
    }

    /**
     * The delivery of a line.
     *
     * @throws MemoryException.JournalCorrupt if it is not one
     */
    public static Letter decodeLetter(String file, byte[] line) {
        try {
            if (isWhole(line)) {
                return Binding.MAPPER.readValue(line, Letter.class);
            }
        } catch (JacksonException e) {
            throw new MemoryException.JournalCorrupt(file, "in a delivery that is not one", e);
        }
        throw new MemoryException.JournalCorrupt(file, "in a delivery that is not whole", null);
    }

    private static String crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
