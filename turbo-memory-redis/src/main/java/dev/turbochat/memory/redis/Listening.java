package dev.turbochat.memory.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls from machine to machine that something was delivered: a hint, which may be lost. Thread-safe. */
final class Listening {
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);

    private final Servers servers;
    private final byte[] channel;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable StatefulRedisPubSubConnection<byte[], byte[]>> connection =
            new AtomicReference<>();

    Listening(Servers servers, Keys keys) {
        this.servers = servers;
        this.channel = keys.channel();
    }

    void add(Consumer<String> listener) {
        listeners.add(listener);
        keepUp();
    }

    /** Sees to it that there is a connection to listen on, if anybody listens. Called by one thread at a time but for that. */
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
            public void message(byte[] from, byte[] session) {
                for (Consumer<String> listener : listeners) {
                    try {
                        listener.accept(Redis.text(session));
                    } catch (RuntimeException e) {
                        LOG.warn("A listener for deliveries failed.", e);
                    }
                }
            }
        });
        Servers.forget(made.async().subscribe(channel));
    }

    /** Calls, and does not wait. */
    void call(String session, StatefulRedisConnection<byte[], byte[]> on) {
        on.async().publish(channel, Keys.bytes(session)).exceptionally(failure -> {
            LOG.debug("A delivery was not called out.", failure);
            return 0L;
        });
    }
}
