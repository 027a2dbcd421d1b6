package dev.turbochat.memory.redis;

import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Signals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The names of keys. A session's keys lie in one slot of a cluster, and no id of a session stands in a name. The
 * indexes over sessions lie in buckets, which are spread over the slots. Thread-safe.
 */
final class Keys {
    private static final int BUCKETS = 16;
    private static final int TENANT_DIGITS = 16;

    private final String prefix;
    private final String tenant;
    private final String tag;

    Keys(RedisOptions.Space space) {
        this.prefix = space.prefix();
        this.tenant = space.tenant();
        this.tag = tenant.isEmpty()
                ? ""
                : hex(tenant.getBytes(StandardCharsets.UTF_8)).substring(0, TENANT_DIGITS) + ".";
    }

    /**
     * A session's name in keys: the SHA-256 of tenant, NUL, and id.
     *
     * @throws dev.turbochat.error.SessionException.BadSessionId if it cannot be one
     */
    String name(String session) {
        byte[] id = Journal.bytes(session);
        return hex(tenant.getBytes(StandardCharsets.UTF_8), new byte[1], id);
    }

    /** The name of a delivery in an inbox; UTF-16 tells all ids apart, also those that are no text. */
    static byte[] delivery(String id) {
        return bytes("d" + hex(utf16(id)));
    }

    /** The keys of a session: head, journal, inbox, large bodies. */
    List<byte[]> session(String name) {
        String start = prefix + ":{" + name + "}:";
        return List.of(bytes(start + "meta"), log(name), bytes(start + "inbox"), bytes(start + "blobs"));
    }

    /** The journal of a session. */
    byte[] log(String name) {
        return bytes(prefix + ":{" + name + "}:log");
    }

    /** The keys of a session, and behind them its tombstone, which outlives it. */
    List<byte[]> withTombstone(String name) {
        List<byte[]> all = new ArrayList<>(session(name));
        all.add(bytes(prefix + ":{" + name + "}:gone"));
        return all;
    }

    /** The buckets of the indexes. */
    static List<Integer> buckets() {
        return IntStream.range(0, BUCKETS).boxed().toList();
    }

    /** Which bucket a session is in. */
    static int bucket(String name) {
        return Character.digit(name.charAt(0), BUCKETS);
    }

    /** Wake times, and when each was marked last. */
    List<byte[]> wake(int bucket) {
        return List.of(index("wake", bucket), index("marked", bucket));
    }

    /** The names of all sessions. */
    List<byte[]> sessions(int bucket) {
        return List.of(index("sessions", bucket));
    }

    private byte[] index(String what, int bucket) {
        return bytes(prefix + ":" + what + ":{" + tag + bucket + "}");
    }

    /** Where the places of a limit are taken: those of one name in one slot, so that one script sees several. */
    String limit(String name, String key) {
        return prefix + ":limits:{" + tag + name + "}:" + own(name, key);
    }

    /** Where a rest is; those of one name are in one slot. */
    String rest(String name, String key) {
        return prefix + ":rests:{" + tag + name + "}:" + own(name, key);
    }

    /** What is noted of one that may rest: in the slot of the rests. */
    String note(String name, String key) {
        return prefix + ":notes:{" + tag + name + "}:" + own(name, key);
    }

    /** The buckets of a cache: answers, when each was used last, and when each ends. */
    List<byte[]> cache(String name, int bucket) {
        String start = prefix + ":cache:{" + tag + name + "." + bucket + "}:";
        return List.of(bytes(start + "answers"), bytes(start + "used"), bytes(start + "ends"));
    }

    /**
     * Stands for a key of this tenant's that may be anything: a hash, which says nothing of it.
     *
     * @param name what the key is for, without NUL
     */
    String own(String name, String key) {
        byte[] whose = hex(tenant.getBytes(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        return hex(whose, bytes(name), new byte[1], utf16(key));
    }

    /** The channel of a topic, which may hold the id of a session: no id stands in a name. */
    byte[] channel(String topic) {
        String name = topic.equals(Signals.DELIVERED) ? topic : hex(topic.getBytes(StandardCharsets.UTF_8));
        return bytes(prefix + ":called:" + tag + name);
    }

    /** Each char as it is: an encoder would put the same sign in place of all surrogates that stand alone. */
    private static byte[] utf16(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(Character.BYTES * text.length());
        bytes.asCharBuffer().put(text);
        return bytes.array();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    private static String hex(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
