package dev.turbochat.tool.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import okio.BufferedSource;
import okio.Okio;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A server that was started here, one JSON message a line; the standard error is for people.
 *
 * <p>In place of the SDK's own transport, which does not say when the server has ended, so that calls would wait until
 * their time is over.
 */
final class Child implements McpClientTransport {
    /** How long a server may take to end. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger("dev.turbochat.mcp");
    private static final long LONGEST_LINE = 64L << 20;
    private static final long LONGEST_LOGGED = 1_000;
    private static final long PATIENCE_SECONDS = 2;

    /** What a server may know of this process's environment: no keys among it. */
    private static final Set<String> PASSED_ON = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "TERM",
            "LANG",
            "LC_ALL",
            "TMPDIR",
            "TZ", // Unix
            "APPDATA",
            "HOMEDRIVE",
            "HOMEPATH",
            "LOCALAPPDATA",
            "PATHEXT",
            "COMSPEC",
            "PROCESSOR_ARCHITECTURE",
            "SYSTEMDRIVE",
            "SYSTEMROOT",
            "TEMP",
            "TMP",
            "USERNAME",
            "USERPROFILE");

    private final Process process;
    private final McpJsonMapper mapper = McpJsonDefaults.getMapper();
    private final BlockingQueue<String> outgoing = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private Child(Process process) {
        this.process = process;
    }

    static Child start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> !PASSED_ON.contains(name.toUpperCase(Locale.ROOT)));
        builder.environment().putAll(environment);
        return new Child(builder.start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Done once the process has ended, and all that it said has been taken in. */
    CompletableFuture<Integer> ended() {
        return ended;
    }

    @Override
    public Mono<Void> connect(Function<Mono<McpSchema.JSONRPCMessage>, Mono<McpSchema.JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> {
            thread("turbo-mcp-in", () -> {
                lines(process.getInputStream(), LONGEST_LINE, false, line -> take(line, handler));
                process.destroy(); // who has closed its output is of no use any more
                if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
                ended.complete(process.waitFor());
            });
            thread(
                    "turbo-mcp-err",
                    () -> lines(
                            process.getErrorStream(),
                            LONGEST_LOGGED,
                            true,
                            line -> LOG.info("{}: {}", process.pid(), line)));
            thread("turbo-mcp-out", this::write);
        });
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    /** Reading and writing pipes notices no interrupt: each has a thread that ends with the process. */
    private void thread(String name, Task task) {
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                task.run();
            } catch (IOException | RuntimeException e) {
                LOG.debug("{} of {} ended: {}", name, process.pid(), e.toString());
                process.destroy();
            } catch (InterruptedException e) {
                process.destroy();
            } finally {
                if (name.equals("turbo-mcp-in")) {
                    ended.complete(-1);
                }
            }
        });
    }

    /** Each line; a longer one is taken in pieces if it may be cut, and is an error if not. */
    private static void lines(InputStream in, long longest, boolean cut, Consumer<String> taker) throws IOException {
        try (BufferedSource source = Okio.buffer(Okio.source(in))) {
            while (!source.exhausted()) {
                long end = source.indexOf((byte) '\n', 0, longest);
                boolean tooLong = end < 0 && source.request(longest);
                if (tooLong && !cut) {
                    throw new IOException("a line of more than " + longest + " bytes");
                }
                String line = source.readUtf8(
                        end >= 0
                                ? end + 1
                                : tooLong ? longest : source.getBuffer().size());
                if (!line.isBlank()) {
                    taker.accept(line.strip());
                }
            }
        }
    }

    private void take(String line, Function<Mono<McpSchema.JSONRPCMessage>, Mono<McpSchema.JSONRPCMessage>> handler) {
        McpSchema.JSONRPCMessage message;
        try {
            message = McpSchema.deserializeJsonRpcMessage(mapper, line);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} wrote a line that is no message of the protocol; it is left out", process.pid());
            return;
        }
        handler.apply(Mono.just(message)).subscribe(done -> {}, failure -> LOG.debug("A message failed", failure));
    }

    private void write() throws IOException, InterruptedException {
        try (OutputStream out = new BufferedOutputStream(process.getOutputStream())) {
            while (!ended.isDone()) {
                String line = outgoing.poll(1, TimeUnit.SECONDS);
                if (line == null) {
                    continue;
                }
                if (line.isEmpty()) {
                    return; // closed
                }
                out.write(line.getBytes(UTF_8));
                out.write('\n');
                out.flush();
            }
        }
    }

    @Override
    public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
        return Mono.fromCallable(() -> {
                    outgoing.add(mapper.writeValueAsString(message));
                    return message;
                })
                .then();
    }

    /** Ends its input, which ends a server that behaves; others are ended, and what they started with them. */
    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::end);
    }

    private void end() {
        outgoing.add("");
        List<ProcessHandle> family = process.descendants().toList();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
                process.waitFor(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        ended.complete(-1);
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }
}
