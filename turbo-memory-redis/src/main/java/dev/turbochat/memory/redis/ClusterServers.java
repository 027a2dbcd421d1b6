package dev.turbochat.memory.redis;

import dev.turbochat.memory.redis.RedisAddress.Place;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * The masters of a cluster, by slot.
 *
 * <p>Not Lettuce's own cluster connection: an append and the WAIT that counts its copies have to use the same connection,
 * and nothing may be sent twice behind our back.
 */
final class ClusterServers extends Servers {
    private static final int SLOTS = SlotHash.SLOT_COUNT;

    private final AtomicReferenceArray<Place> places = new AtomicReferenceArray<>(SLOTS);
    private final AtomicInteger refreshes = new AtomicInteger();
    private final ReentrantLock refreshing = new ReentrantLock();

    ClusterServers(RedisAddress address, Duration answer, int writers) {
        super(address, answer, writers);
    }

    @Override
    Link link(int slot, Redis.Lane lane) {
        Place place = places.get(slot);
        if (place == null) {
            refresh();
            place = places.get(slot);
        }
        if (place == null) {
            throw new RedisException("no server of the cluster has slot " + slot);
        }
        return link(place, slot, lane);
    }

    @Override
    CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> listen() {
        Place place = places.get(ThreadLocalRandom.current().nextInt(SLOTS));
        return listen(address().to(place == null ? address().places().getFirst() : place));
    }

    @Override
    Map<String, Link> masters() {
        refresh();
        Map<String, Link> masters = new TreeMap<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            Place place = places.get(slot);
            if (place != null) {
                masters.computeIfAbsent(place.toString(), any -> link(place, 0, Redis.Lane.READS));
            }
        }
        return masters;
    }

    @Override
    void moved(int slot, Place place) {
        if (place.host().isEmpty()) {
            refresh(); // a server that does not know its own name
        } else {
            places.set(slot, place);
        }
    }

    /** Asks any server that answers; one thread asks, and the others wait for it. */
    @Override
    void refresh() {
        int before = refreshes.get();
        refreshing.lock();
        try {
            if (refreshes.get() != before) {
                return; // another thread has just asked
            }
            Set<Place> known = new LinkedHashSet<>(IntStream.range(0, SLOTS)
                    .mapToObj(places::get)
                    .filter(Objects::nonNull)
                    .toList());
            known.addAll(address().places());
            RuntimeException last = new RedisException("no server of the cluster answers");
            for (Place place : known) {
                try {
                    take(place, ask(place));
                    refreshes.incrementAndGet();
                    return;
                } catch (RuntimeException e) {
                    last = e;
                }
            }
            throw last;
        } finally {
            refreshing.unlock();
        }
    }

    private List<Object> ask(Place place) {
        return link(place, 0, Redis.Lane.READS)
                .connection()
                .async()
                .clusterSlots()
                .toCompletableFuture()
                .join();
    }

    /** See the command CLUSTER SLOTS: first and last slot, then host and port of the master. */
    private void take(Place asked, List<Object> ranges) {
        for (Object range : ranges) {
            List<?> parts = (List<?>) range;
            List<?> master = (List<?>) parts.get(2);
            String host = master.get(0) instanceof byte[] name ? new String(name, StandardCharsets.UTF_8) : "";
            int port = ((Long) master.get(1)).intValue();
            Place place = new Place(host.isEmpty() || host.equals("?") ? asked.host() : host, port);
            for (int slot = ((Long) parts.get(0)).intValue(); slot <= (Long) parts.get(1); slot++) {
                places.set(slot, place);
            }
        }
    }
}
