package dev.turbochat.tool.mcp;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** One connection to a server, until the server ends or it is closed. */
final class Link implements AutoCloseable {
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final String UNKNOWN = ": what came of the call is not known.";

    private final String server;
    private final McpAsyncClient client;
    private final McpClientTransport transport;
    private final CompletableFuture<?> ended;
    private final Duration timeout;
    private final Map<Object, Consumer<McpSchema.ProgressNotification>> watching = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
    private final AtomicLong calls = new AtomicLong();
    private final BooleanSupplier alive;
    private volatile boolean forgotten;

    /**
     * @param alive whether the server is still there, as far as can be known
     * @param ended done once it is not, and all that it had said has been taken in
     */
    Link(
            String server,
            McpClientTransport transport,
            BooleanSupplier alive,
            CompletableFuture<?> ended,
            McpOptions options) {
        this.server = server;
        this.transport = transport;
        this.alive = alive;
        this.ended = ended;
        this.timeout = options.timeout();
        this.client = McpClient.async(transport)
                .clientInfo(McpSchema.Implementation.builder("turbo", "0.1").build())
                .requestTimeout(timeout)
                .initializationTimeout(timeout)
                .progressConsumer(this::progress)
                .build();
        var unused = ended.whenComplete((done, failure) -> giveUp());
    }

    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1;
    }

    boolean isOpen() {
        return !forgotten && !ended.isDone() && alive.getAsBoolean();
    }

    /** Agrees with the server on how to talk. */
    void greet() throws ToolFailed, InterruptedException {
        await(client.initialize(), ".");
    }

    List<McpSchema.Tool> tools() throws ToolFailed, InterruptedException {
        return await(client.listTools(), ".").tools();
    }

    /**
     * Makes a call.
     *
     * @param key the same for all attempts at it; sent along for servers that care
     * @throws ToolFailed.Forgotten if the server did not take it, as it knows this connection's session no more
     */
    McpSchema.CallToolResult call(String tool, Map<String, Object> arguments, String key, Consumer<String> told)
            throws ToolFailed, InterruptedException {
        String token = UUID.randomUUID().toString();
        watching.put(token, notification -> told.accept(Results.progress(notification)));
        try {
            Map<String, Object> meta = new HashMap<>(Map.of("progressToken", token, "dev.turbochat/key", key));
            return await(client.callTool(new McpSchema.CallToolRequest(tool, arguments, meta)), UNKNOWN);
        } finally {
            watching.remove(token);
        }
    }

    private Mono<Void> progress(McpSchema.ProgressNotification notification) {
        Consumer<McpSchema.ProgressNotification> watcher = watching.get(notification.progressToken());
        if (watcher != null) {
            watcher.accept(notification);
        }
        return Mono.empty();
    }

    /**
     * @param outcome the end of the sentence that says that no answer came
     */
    private <T> T await(Mono<T> answer, String outcome) throws ToolFailed, InterruptedException {
        CompletableFuture<T> future = answer.toFuture();
        long call = calls.incrementAndGet();
        pending.put(call, future);
        try {
            if (ended.isDone()) {
                future.completeExceptionally(new Ended());
            }
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw late(outcome);
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause(), outcome);
        } catch (CancellationException e) {
            throw failed(new Ended(), outcome);
        } finally {
            pending.remove(call);
            future.cancel(true);
        }
    }

    private void giveUp() {
        pending.values().forEach(one -> one.completeExceptionally(new Ended()));
    }

    private ToolFailed late(String outcome) {
        return new ToolFailed(
                "MCP server '" + server + "' did not answer within " + timeout.toMillis() + " ms" + outcome);
    }

    private ToolFailed failed(Throwable failure, String outcome) {
        return switch (failure) {
            case Ended ignored -> new ToolFailed("MCP server '" + server + "' ended before it answered" + outcome);
            case TimeoutException ignored -> late(outcome);
            case McpError refused -> new ToolFailed("MCP server '" + server + "' refused: " + refused.getMessage());
            default -> broken(failure, outcome);
        };
    }

    private ToolFailed broken(Throwable failure, String outcome) {
        if (has(failure, McpTransportSessionNotFoundException.class)) {
            forgotten = true;
            return new ToolFailed.Forgotten("MCP server '" + server + "' does not know this session any more.");
        }
        if (has(failure, ConnectException.class) || has(failure, HttpConnectTimeoutException.class)) {
            String made = outcome.equals(UNKNOWN) ? ": the call was not made." : ".";
            return new ToolFailed("MCP server '" + server + "' cannot be reached" + made);
        }
        return new ToolFailed("MCP server '" + server + "' did not answer (" + failure + ")" + outcome);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).anyMatch(kind::isInstance);
    }

    @Override
    public void close() {
        giveUp();
        CompletableFuture<Void> closing =
                client.closeGracefully().then(transport.closeGracefully()).toFuture();
        try {
            closing.get(CLOSING.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            closing.cancel(true); // it was to end anyway
        }
    }
}
