package dev.turbochat.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.turbochat.error.MemoryException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Entries as lines of JSON, each with a checksum of its own.
 *
 * <p>A line is one JSON object whose last member is {@code "crc"}: the CRC-32C (RFC 3720) of all bytes before the comma
 * in front of it, as eight hexadecimal digits. It holds no line end.
 */
final class EntryCodec {
    /** Reads a number back however long it is, and with all its digits: it may be a price. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final byte[] CRC_MEMBER = ",\"crc\":\"".getBytes(StandardCharsets.UTF_8);
    private static final int TAIL = CRC_MEMBER.length + 8 + 2;

    private EntryCodec() {}

    /** An entry as it lies in a line, flat where people read it. */
    @JsonPropertyOrder({"v", "seq", "run", "branch", "step", "ref", "attempt", "time", "inc", "epoch", "append", "body"
    })
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(
            @JsonProperty("v") int format,
            long seq,
            int run,
            @Nullable String branch,
            int step,
            @Nullable Long ref,
            int attempt,
            Instant time,
            UUID inc,
            long epoch,
            long append,
            Body body) {}

    /** The line of an entry, without a line end. */
    static byte[] encode(Entry entry) {
        Entry.Position position = entry.position();
        Entry.Stamp stamp = entry.stamp();
        byte[] json = MAPPER.writeValueAsBytes(new Line(
                Entry.FORMAT,
                position.seq(),
                position.run(),
                position.branch().isEmpty() ? null : position.branch(),
                position.ordinal(),
                entry.ref() == Entry.NO_REF ? null : entry.ref(),
                entry.attempt(),
                stamp.time(),
                stamp.incarnation(),
                stamp.epoch(),
                stamp.append(),
                entry.body()));
        int content = json.length - 1; // all but the closing brace
        byte[] line = Arrays.copyOf(json, content + TAIL);
        System.arraycopy(CRC_MEMBER, 0, line, content, CRC_MEMBER.length);
        byte[] crc = crc(json, content).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(crc, 0, line, content + CRC_MEMBER.length, crc.length);
        line[line.length - 2] = '"';
        line[line.length - 1] = '}';
        return line;
    }

    /** Whether the line is whole: it ends with the checksum of what stands before. */
    static boolean isWhole(byte[] line) {
        int content = line.length - TAIL;
        return content > 0
                && Arrays.equals(line, content, content + CRC_MEMBER.length, CRC_MEMBER, 0, CRC_MEMBER.length)
                && crc(line, content)
                        .equals(new String(line, content + CRC_MEMBER.length, 8, StandardCharsets.US_ASCII));
    }

    /**
     * The entry of a whole line.
     *
     * @throws MemoryException.UnknownFormat if a newer turbo wrote it
     * @throws MemoryException.JournalCorrupt if it is not an entry
     */
    static Entry decode(String session, byte[] line) {
        try {
            int format = MAPPER.readTree(line).path("v").asInt(0);
            if (format > Entry.FORMAT) {
                throw new MemoryException.UnknownFormat(session, format, Entry.FORMAT);
            }
            Line read = MAPPER.readValue(line, Line.class);
            return new Entry(
                    new Entry.Position(read.seq, read.run, read.branch == null ? "" : read.branch, read.step),
                    new Entry.Stamp(read.inc, read.epoch, read.append, read.time),
                    read.ref == null ? Entry.NO_REF : read.ref,
                    read.attempt,
                    read.body);
        } catch (JacksonException e) {
            throw new MemoryException.JournalCorrupt(session, "in a line that is not an entry", e);
        }
    }

    private static String crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return String.format("%08x", crc.getValue());
    }
}
