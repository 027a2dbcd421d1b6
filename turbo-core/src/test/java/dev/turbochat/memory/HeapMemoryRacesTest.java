package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeapMemoryRacesTest {
    @Test
    void what_is_delivered_while_the_session_is_deleted_twice_is_gone_or_to_be_looked_after() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < 20_000; round++) {
                HeapMemory memory = new HeapMemory();
                memory.deliver("s", delivery(0));
                CyclicBarrier together = new CyclicBarrier(3);
                Callable<Boolean> deletes = () -> {
                    together.await();
                    return memory.delete("s");
                };
                Callable<Boolean> delivers = () -> {
                    together.await();
                    for (int i = 1; i < 40; i++) {
                        memory.deliver("s", delivery(i));
                    }
                    return true;
                };
                for (Future<Boolean> done : Stream.of(deletes, deletes, delivers)
                        .map(threads::submit)
                        .toList()) {
                    done.get();
                }
                List<String> expected = memory.inbox("s").isEmpty() ? List.of() : List.of("s");
                assertThat(memory.due(Instant.now(), 10)).isEqualTo(expected);
            }
        }
    }

    private static Delivery delivery(int number) {
        return Delivery.of("d" + number, new Delivery.Start());
    }
}
