package dev.turbochat.testkit;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A memory that knows which inputs and answers of a script it has stored. Thread-safe. */
final class Watched extends ForwardingMemory {
    private final Set<String> inputs = ConcurrentHashMap.newKeySet();
    private final AtomicInteger replies = new AtomicInteger();

    Watched(Memory memory) {
        super(memory);
    }

    /** Whether the input of this id is stored. */
    boolean holds(String id) {
        return inputs.contains(id);
    }

    /** How many calls of the model have their outcome stored. */
    int replies() {
        return replies.get();
    }

    @Override
    public Appended append(Append append) {
        return watch(append, super.append(append));
    }

    @Override
    public Appended replace(Append append) {
        return watch(append, super.replace(append));
    }

    private Appended watch(Append append, Appended appended) {
        if (appended == Appended.OK) {
            append.entries().forEach(this::watch);
        }
        return appended;
    }

    private void watch(Entry entry) {
        switch (entry.body()) {
            case Body.Answered answered -> hold(answered.input().id());
            case Body.Refused refused -> hold(refused.input().id());
            case Body.SecretGiven secret -> hold(secret.id());
            case Body.Generated ignored -> replies.incrementAndGet();
            case Body.GenerateFailed ignored -> replies.incrementAndGet();
            default -> {}
        }
    }

    private void hold(@Nullable String id) {
        if (id != null) {
            inputs.add(id);
        }
    }
}
