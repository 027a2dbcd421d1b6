package dev.turbochat.tool.mcp;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The SDK's transport over HTTP, which a session that the server has forgotten is no matter to: only the call that was
 * refused for it fails, and a new connection is made. The SDK's client would fail all calls under way, and nobody could tell
 * which of them the server has not seen. Thread-safe.
 */
final class Web implements McpClientTransport {
    private final McpClientTransport transport;

    /** What was sent and has no answer yet, by the request's id. */
    private final Map<Object, Sending> sending = new ConcurrentHashMap<>();

    /** A request, as far as is known of it. */
    private static final class Sending {
        private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(20);

        final MonoSink<Void> sink;
        final long begun = System.nanoTime();
        private volatile @Nullable Thread taker;
        private volatile long taken;

        Sending(MonoSink<Void> sink) {
            this.sink = sink;
        }

        void taken() {
            taken = System.nanoTime();
            taker = Thread.currentThread();
        }

        boolean isUnderWay() {
            return taker == null;
        }

        /** Whether it was said to be taken a moment ago by this very thread. */
        boolean isTakenHere() {
            return Thread.currentThread().equals(taker) && System.nanoTime() - taken < MOMENT;
        }

        boolean isOld() {
            return System.nanoTime() - begun > TimeUnit.HOURS.toNanos(1);
        }
    }

    Web(McpClientTransport transport) {
        this.transport = transport;
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> handler) {
        transport.setExceptionHandler(failure -> {
            if (!(failure instanceof McpTransportSessionNotFoundException)) {
                handler.accept(failure);
                return;
            }
            // the SDK ends the session first, and now and then, in doing so, calls what was refused taken
            List<Sending> refused =
                    sending.values().stream().filter(Sending::isTakenHere).toList();
            if (refused.isEmpty()) {
                refused = sending.values().stream().filter(Sending::isUnderWay).toList();
            }
            if (refused.size() == 1) {
                refused.getFirst().sink.error(failure);
            }
        });
    }

    @Override
    public Mono<Void> connect(Function<Mono<McpSchema.JSONRPCMessage>, Mono<McpSchema.JSONRPCMessage>> handler) {
        return transport.connect(messages -> handler.apply(messages.doOnNext(this::received)));
    }

    private void received(McpSchema.JSONRPCMessage message) {
        if (message instanceof McpSchema.JSONRPCResponse response && response.id() != null) {
            sending.remove(response.id());
        }
    }

    /** A request ends only if it fails: whether it was taken is of interest to nobody, and its answer comes another way. */
    @Override
    public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
        if (!(message instanceof McpSchema.JSONRPCRequest request)) {
            return transport.sendMessage(message);
        }
        return Mono.create(sink -> {
            Sending mine = new Sending(sink);
            sending.values().removeIf(Sending::isOld); // nobody waits for those any more
            sending.put(request.id(), mine);
            Disposable sent = transport
                    .sendMessage(message)
                    .contextWrite(sink.contextView())
                    .subscribe(nothing -> {}, sink::error, mine::taken);
            sink.onDispose(() -> {
                sending.remove(request.id(), mine);
                sent.dispose();
            });
        });
    }

    @Override
    public Mono<Void> closeGracefully() {
        return transport.closeGracefully();
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return transport.unmarshalFrom(data, type);
    }

    @Override
    public List<String> protocolVersions() {
        return transport.protocolVersions();
    }
}
