package dev.turbochat;

import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import java.util.concurrent.CountDownLatch;

/** Takes its time to open a session. */
final class SlowMemory extends ForwardingMemory {
    final CountDownLatch opening = new CountDownLatch(1);
    final CountDownLatch proceed = new CountDownLatch(1);

    SlowMemory(Memory memory) {
        super(memory);
    }

    @Override
    public Opening open(String session, String owner) {
        opening.countDown();
        try {
            proceed.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return super.open(session, owner);
    }

    @Override
    public void close() {}
}
