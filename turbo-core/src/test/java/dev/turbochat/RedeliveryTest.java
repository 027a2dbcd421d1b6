package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.BackendException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same input, delivered again because nobody knows what became of it. */
@Timeout(30)
class RedeliveryTest extends HostFixture {
    private final CountDownLatch storing = new CountDownLatch(1);
    private final CountDownLatch failing = new CountDownLatch(1);

    /** A memory that fails to store the second input, once it is let. */
    private final class Failing extends ForwardingMemory {
        Failing() {
            super(Memory.heap());
        }

        @Override
        public Appended append(Append append) {
            boolean second = append.entries().stream()
                    .anyMatch(entry -> entry.body() instanceof Body.Answered answered
                            && "2".equals(answered.input().id()));
            if (!second || storing.getCount() == 0) {
                return super.append(append);
            }
            storing.countDown();
            try {
                failing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new BackendException("It failed; free the disk.", null);
        }
    }

    @Test
    void an_input_that_could_not_be_stored_keeps_nobody_waiting_who_delivers_it_again() throws Exception {
        memory = new Failing();
        model.then("Re: one").then("Re: two");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("one").id("1"));
        await().until(() -> generated("s").size() == 1);
        FutureTask<Boolean> first = deliverSecond(host);
        Thread.ofVirtual().start(first);
        storing.await();
        FutureTask<Boolean> again = deliverSecond(host);
        Thread waiting = Thread.ofVirtual().start(again);
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        failing.countDown();
        assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BackendException.class);
        assertThatThrownBy(() -> again.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BackendException.class);
        assertThat(answers("s")).containsExactly("one");
        host.deliver("s", "p", text("two").id("2"));
        await().until(() -> generated("s").size() == 2);
        assertThat(answers("s")).containsExactly("one", "two");
    }

    private static FutureTask<Boolean> deliverSecond(Host host) {
        return new FutureTask<>(() -> {
            host.deliver("s", "p", text("two").id("2"));
            return true;
        });
    }
}
