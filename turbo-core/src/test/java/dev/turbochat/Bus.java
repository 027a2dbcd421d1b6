package dev.turbochat;

import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Signals;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Signals between hosts of one process, some of which are lost if the test says so. */
final class Bus implements Signals, AutoCloseable {
    private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    volatile Predicate<String> loses = topic -> false;

    /** The memory of one node, which calls on this bus. */
    Memory of(Memory shared) {
        return new ForwardingMemory(shared) {
            @Override
            public boolean deliver(String session, Delivery delivery) {
                boolean delivered = super.deliver(session, delivery);
                call(DELIVERED, new Delivered(session, delivery.id()).text());
                return delivered;
            }

            @Override
            public Signals signals() {
                return Bus.this;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public boolean reachOthers() {
        return true;
    }

    @Override
    public void call(String topic, String message) {
        if (!loses.test(topic)) {
            thread.execute(
                    () -> listeners.getOrDefault(topic, List.of()).forEach(listener -> listener.accept(message)));
        }
    }

    @Override
    public Listening listen(String topic, Consumer<String> listener) {
        List<Consumer<String>> all = listeners.computeIfAbsent(topic, any -> new CopyOnWriteArrayList<>());
        all.add(listener);
        return () -> all.remove(listener);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
