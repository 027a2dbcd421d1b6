package dev.turbochat.memory.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, shared by all threads and made anew when it is lost.
 *
 * <p>Lettuce's own reconnecting is off: it sends commands again whose answer was lost, and an append would be done twice.
 */
final class Link {
    private final Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> connecting;

    /** Held while the field below is changed, and only for moments. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable CompletableFuture<StatefulRedisConnection<byte[], byte[]>> current;

    Link(Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> connecting) {
        this.connecting = connecting;
    }

    /** The connection; waits while it is made, however often the thread is interrupted. */
    StatefulRedisConnection<byte[], byte[]> connection() {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> made;
        lock.lock();
        try {
            if (current == null || isLost(current)) {
                closeQuietly(current);
                current = connecting.get().toCompletableFuture();
            }
            made = current;
        } finally {
            lock.unlock();
        }
        return made.join();
    }

    /** The connection, if there is one that works now; waits for nothing. */
    @Nullable
    StatefulRedisConnection<byte[], byte[]> ready() {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> made = current;
        return made == null || !made.isDone() || isLost(made) ? null : made.join();
    }

    private static boolean isLost(CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection) {
        return connection.isCompletedExceptionally()
                || (connection.isDone() && !connection.join().isOpen());
    }

    /** The next call makes another connection, unless another thread has seen to that. */
    void drop(StatefulRedisConnection<byte[], byte[]> connection) {
        lock.lock();
        try {
            if (current != null && !isLost(current) && connection.equals(current.getNow(null))) {
                current = null;
            }
        } finally {
            lock.unlock();
        }
        Servers.forget(connection.closeAsync());
    }

    private static void closeQuietly(@Nullable CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection) {
        if (connection != null && !connection.isCompletedExceptionally()) {
            Servers.forget(connection.join().closeAsync());
        }
    }
}
