package dev.turbochat.memory.redis;

import dev.turbochat.memory.Signals;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls from machine to machine over Redis' own channels: they may be lost, and nobody waits for them. Thread-safe. */
final class Calls implements Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    /** How many calls may be on their way; what is more is not made. */
    private static final int MOST = 4_096;

    private final Servers servers;
    private final Keys keys;
    private final Map<ByteBuffer, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicReference<@Nullable StatefulRedisPubSubConnection<byte[], byte[]>> connection =
            new AtomicReference<>();

    Calls(Servers servers, Keys keys) {
        this.servers = servers;
        this.keys = keys;
    }

    @Override
    public boolean reachOthers() {
        return true;
    }

    @Override
    public Listening listen(String topic, Consumer<String> listener) {
        byte[] channel = keys.channel(topic);
        ByteBuffer name = ByteBuffer.wrap(channel);
        boolean[] first = {false};
        listeners.compute(name, (any, present) -> {
            first[0] = present == null;
            List<Consumer<String>> all = present == null ? new CopyOnWriteArrayList<>() : present;
            all.add(listener);
            return all;
        });
        StatefulRedisPubSubConnection<byte[], byte[]> open = connection.get();
        if (open == null || !open.isOpen()) {
            keepUp();
        } else if (first[0]) {
            Servers.forget(open.async().subscribe(channel));
        }
        return () -> forget(name, channel, listener);
    }

    private void forget(ByteBuffer name, byte[] channel, Consumer<String> listener) {
        boolean[] last = {false};
        listeners.computeIfPresent(name, (any, present) -> {
            last[0] = present.remove(listener) && present.isEmpty();
            return present.isEmpty() ? null : present;
        });
        StatefulRedisPubSubConnection<byte[], byte[]> open = connection.get();
        if (last[0] && open != null && open.isOpen()) {
            Servers.forget(open.async().unsubscribe(channel));
            if (listeners.containsKey(name)) { // somebody else came just now, and may have been sooner
                Servers.forget(open.async().subscribe(channel));
            }
        }
    }

    /** Sees to it that there is a connection to listen on, if anybody listens. */
    void keepUp() {
        StatefulRedisPubSubConnection<byte[], byte[]> old = connection.get();
        if (listeners.isEmpty() || (old != null && old.isOpen())) {
            return;
        }
        servers.listen().whenComplete((made, failure) -> {
            if (failure != null) {
                LOG.debug("Nobody is listened to for now.", failure);
            } else if (!connection.compareAndSet(old, made)) {
                Servers.forget(made.closeAsync()); // another thread was sooner
            } else {
                if (old != null) {
                    Servers.forget(old.closeAsync());
                }
                listenOn(made);
            }
        });
    }

    private void listenOn(StatefulRedisPubSubConnection<byte[], byte[]> made) {
        made.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                String text = Redis.text(message);
                for (Consumer<String> listener : listeners.getOrDefault(ByteBuffer.wrap(channel), List.of())) {
                    try {
                        listener.accept(text);
                    } catch (RuntimeException e) {
                        LOG.warn("What another machine called was not understood.", e);
                    }
                }
            }
        });
        byte[][] channels = listeners.keySet().stream().map(ByteBuffer::array).toArray(byte[][]::new);
        if (channels.length > 0) {
            Servers.forget(made.async().subscribe(channels));
        }
    }

    @Override
    public void call(String topic, String message) {
        StatefulRedisConnection<byte[], byte[]> on = servers.ready();
        if (on != null) {
            call(topic, message, on);
        }
    }

    /** Calls on a connection that something was done on just now. */
    void call(String topic, String message, StatefulRedisConnection<byte[], byte[]> on) {
        if (underWay.incrementAndGet() > MOST) {
            underWay.decrementAndGet();
            return;
        }
        on.async().publish(keys.channel(topic), Keys.bytes(message)).whenComplete((done, failure) -> {
            underWay.decrementAndGet();
            if (failure != null) {
                LOG.debug("Something was not called out.", failure);
            }
        });
    }
}
