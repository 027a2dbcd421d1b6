package dev.turbochat.bench;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.EntryCodec;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.redis.RedisMemory;
import dev.turbochat.step.Message;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Appends of one entry to sessions of their own: by turbo, and the same commands sent by nothing but Lettuce. */
final class RedisAppends {
    private static final String TEXT = "What a fine day it is, said the fox. ".repeat(3);

    private final RedisMemory memory;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final String script;
    private final String sha;
    private final AtomicInteger sessions = new AtomicInteger();

    RedisAppends(RedisMemory memory, StatefulRedisConnection<byte[], byte[]> connection) throws IOException {
        this.memory = memory;
        this.connection = connection;
        try (InputStream in = RedisMemory.class.getResourceAsStream("append.lua")) {
            if (in == null) {
                throw new IllegalStateException(
                        "turbo-memory-redis has no append.lua any more; look how it appends now.");
            }
            this.script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        this.sha = load(script);
    }

    private String load(String text) {
        return connection.sync().scriptLoad(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A session that was taken for one caller in one round: journals stay short. */
    private final class Taken {
        final String id = "append-" + sessions.incrementAndGet();
        final Memory.Opening.Granted granted = (Memory.Opening.Granted) memory.open(id, "a benchmark");
        long length = granted.entries().size();
        long append = 1;

        Entry entry() {
            return new Entry(
                    new Entry.Position(length, 1, "", (int) append),
                    new Entry.Stamp(granted.incarnation(), granted.token().epoch(), append, Instant.now()),
                    Entry.NO_REF,
                    1,
                    new Body.Said(new Message.User(TEXT)));
        }
    }

    /** Appends as a journal does. */
    Load.Caller turbo() {
        Taken taken = new Taken();
        return () -> {
            Memory.Appended answer = memory.append(new Memory.Append(
                    taken.id,
                    taken.granted.incarnation(),
                    taken.granted.token(),
                    taken.length,
                    taken.append,
                    List.of(taken.entry()),
                    List.of(),
                    null));
            check(answer.name());
            taken.length++;
            taken.append++;
        };
    }

    /** Sends what {@link #turbo} sends, made beforehand but for two numbers. */
    Load.Caller bare(boolean async) {
        Taken taken = new Taken();
        byte[][] keys = keys(taken.id);
        byte[][] arguments = arguments(taken);
        return () -> {
            byte[][] mine = arguments.clone();
            mine[3] = bytes("" + taken.length);
            mine[4] = bytes("" + taken.append);
            List<Object> answer = async
                    ? connection
                            .async()
                            .<List<Object>>evalsha(sha, ScriptOutputType.MULTI, keys, mine)
                            .toCompletableFuture()
                            .join()
                    : connection.sync().evalsha(sha, ScriptOutputType.MULTI, keys, mine);
            check(new String((byte[]) answer.getFirst(), StandardCharsets.UTF_8));
            taken.length++;
            taken.append++;
        };
    }

    /**
     * The same for redis-benchmark, which sends the same bytes each time: the script without its two checks of the place.
     */
    List<String> command() {
        Taken taken = new Taken();
        List<String> command = new ArrayList<>(List.of("EVALSHA", load(unplaced()), "4"));
        for (byte[] each : keys(taken.id)) {
            command.add(new String(each, StandardCharsets.UTF_8));
        }
        for (byte[] each : arguments(taken)) {
            command.add(new String(each, StandardCharsets.UTF_8));
        }
        return command;
    }

    private String unplaced() {
        return without(
                without(script, "if m[4] == ARGV[5] then return {'ALREADY'} end"),
                "if m[5] ~= ARGV[4] then return {'CONFLICT', m[5]} end");
    }

    private static String without(String script, String check) {
        String rest = script.replace(check, "");
        if (rest.length() == script.length()) {
            throw new IllegalStateException(
                    "append.lua does not say '" + check + "' any more; look how it checks now.");
        }
        return rest;
    }

    private static void check(String answer) {
        if (!answer.equals("OK")) {
            throw new IllegalStateException("An append was answered " + answer + ".");
        }
    }

    /** The keys of a session: its head, its journal, its inbox, its blobs. */
    static byte[][] keys(String session) {
        String start = "turbo:{" + name(session) + "}:";
        return new byte[][] {bytes(start + "meta"), bytes(start + "log"), bytes(start + "inbox"), bytes(start + "blobs")
        };
    }

    private byte[][] arguments(Taken taken) {
        Entry entry = taken.entry();
        return new byte[][] {
            bytes(taken.granted.incarnation().toString()),
            bytes("" + taken.granted.token().epoch()),
            bytes(taken.granted.token().nonce().toString()),
            bytes("" + taken.length),
            bytes("" + taken.append),
            bytes("10000"),
            bytes("0"),
            bytes(""),
            bytes(""),
            bytes(""),
            bytes(entry.stamp().time().toString()),
            bytes("0"),
            bytes("0"),
            bytes("-1"),
            bytes("0"),
            EntryCodec.encode(entry)
        };
    }

    private static String name(String session) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) 0); // no tenant
            return HexFormat.of().formatHex(digest.digest(bytes(session)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
