package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.MemoryException.MemoryClosed;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The part of {@link MemoryContract} where threads meet: races, interrupts and the end. */
abstract class MemoryRaces {
    private static final int ROUNDS = 50;

    abstract Memory memory();

    /** Another memory on the same store; skips the test if there can be none. */
    abstract Memory another() throws Exception;

    /** Another memory on the same store, if there can be one. */
    abstract List<Memory> others() throws Exception;

    // Many threads

    @Test
    public final void one_of_two_who_open_is_granted() throws Exception {
        race(memory(), memory());
    }

    @Test
    public final void one_of_two_memories_is_granted() throws Exception {
        race(memory(), another());
    }

    private static void race(Memory one, Memory other) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String session = "s" + round % 5;
            List<Opening> openings =
                    together(List.of(() -> one.open(session, "one"), () -> other.open(session, "two")));
            assertThat(openings).hasAtLeastOneElementOfType(Opening.Busy.class);
            assertThat(openings).filteredOn(Opening.Granted.class::isInstance).hasSize(1);
            for (int i = 0; i < 2; i++) {
                if (openings.get(i) instanceof Opening.Granted granted) {
                    (i == 0 ? one : other).release(session, granted.token(), null);
                }
            }
        }
    }

    @Test
    public final void one_of_two_different_appends_is_stored() throws Exception {
        Memory memory = memory();
        Owner owner = Owner.of(memory, "s");
        for (int round = 0; round < ROUNDS; round++) {
            Append one = owner.append(1 + round, 2 * round + 1, Samples.said("one"));
            Append other = owner.append(1 + round, 2 * round + 2, Samples.said("another, and longer"));
            List<Appended> came = together(List.of(() -> memory.append(one), () -> memory.append(other)));
            assertThat(came).containsExactlyInAnyOrder(Appended.OK, Appended.CONFLICT);
            assertThat(memory.read("s")).hasSize(2 + round);
        }
    }

    @Test
    public final void an_append_that_is_repeated_while_it_is_under_way_is_stored_once() throws Exception {
        Memory memory = memory();
        Owner owner = Owner.of(memory, "s");
        for (int round = 0; round < ROUNDS; round++) {
            Append append = owner.append(1 + round, 1 + round, Samples.said("hi"));
            List<Appended> came = together(List.of(() -> memory.append(append), () -> memory.append(append)));
            assertThat(came).containsExactlyInAnyOrder(Appended.OK, Appended.ALREADY);
            assertThat(memory.read("s")).hasSize(2 + round);
        }
    }

    @Test
    public final void an_append_counts_for_the_next_owner_or_is_fenced() throws Exception {
        Memory memory = memory();
        Owner owner = Owner.of(memory, "s");
        for (int round = 0; round < ROUNDS; round++) {
            Owner old = owner;
            List<Body> bodies = Stream.generate(() -> Samples.said("x".repeat(50_000)))
                    .limit(5)
                    .toList();
            Append append = old.next(bodies.toArray(Body[]::new));
            List<Object> came = together(List.of(() -> memory.append(append), () -> {
                old.release();
                return Owner.of(memory, "s");
            }));
            owner = (Owner) came.get(1);
            int length = old.granted().entries().size() + (came.get(0) == Appended.OK ? 5 : 0);
            assertThat(came.get(0)).isIn(Appended.OK, Appended.FENCED);
            assertThat(owner.granted().entries()).hasSize(length);
            if (length > 20) {
                owner.release();
                memory.delete("s");
                owner = Owner.of(memory, "s");
            }
        }
    }

    @Test
    public final void sessions_do_not_get_in_each_others_way() throws Exception {
        Memory memory = memory();
        together(IntStream.range(0, 8)
                .<Callable<Boolean>>mapToObj(thread -> () -> {
                    for (int round = 0; round < 5; round++) {
                        Owner owner = Owner.of(memory, "s" + thread);
                        for (int i = 0; i < 10; i++) {
                            owner.stores(Samples.said(thread + "." + i));
                            memory.sessions();
                        }
                        owner.release();
                    }
                    return true;
                })
                .toList());
        assertThat(memory.sessions()).hasSize(8);
        for (int thread = 0; thread < 8; thread++) {
            List<Entry> entries = memory.read("s" + thread);
            assertThat(entries).hasSize(51);
            for (int i = 0; i < 50; i++) {
                assertThat(entries.get(i + 1).seq()).isEqualTo(i + 1);
                assertThat(entries.get(i + 1).body()).isEqualTo(Samples.said(thread + "." + i % 10));
            }
        }
    }

    // Interrupts

    @Test
    public final void an_interrupted_thread_does_everything_and_stays_interrupted() throws Exception {
        together(List.of(() -> {
            Memory memory = memory();
            Thread.currentThread().interrupt();
            Owner owner = Owner.of(memory, "s");
            owner.stores(Samples.said("hi"), new Body.TimerSet("sleep", Instant.EPOCH));
            assertThat(memory.read("s")).hasSize(3);
            assertThat(memory.sessions()).hasSize(1);
            owner.release();
            assertThat(memory.due(Instant.EPOCH, 1)).containsExactly("s");
            assertThat(memory.delete("s")).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            return true;
        }));
    }

    @Test
    public final void an_append_is_whole_however_often_it_is_interrupted() throws Exception {
        Owner owner = Owner.of(memory(), "s");
        Thread appending = Thread.ofVirtual().unstarted(() -> {
            for (int i = 0; i < 300; i++) {
                owner.stores(Samples.said("one"), Samples.said("x".repeat(1_000)));
            }
        });
        List<Throwable> failures = new ArrayList<>();
        appending.setUncaughtExceptionHandler((thread, e) -> failures.add(e));
        appending.start();
        while (appending.isAlive()) {
            appending.interrupt();
            Thread.onSpinWait();
        }
        assertThat(failures).isEmpty();
        assertThat(memory().read("s")).hasSize(601);
    }

    // The end

    @Test
    public final void a_closed_memory_says_so() {
        Memory memory = memory();
        Owner owner = Owner.of(memory, "s");
        Append append = owner.next(Samples.said("no"));
        memory.close();
        memory.close();
        assertThatCode(owner::release).doesNotThrowAnyException();
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> memory.open("s", "late"),
                () -> memory.append(append),
                () -> memory.replace(append),
                () -> memory.deliver("s", Samples.delivery("late")),
                () -> memory.inbox("s"),
                () -> memory.read("s"),
                memory::sessions,
                () -> memory.delete("s"),
                () -> memory.due(Instant.EPOCH, 1))) {
            assertThatThrownBy(use)
                    .isInstanceOf(MemoryClosed.class)
                    .hasMessageEndingWith(" was used after it was closed; open it again.");
        }
    }

    @Test
    public final void closing_releases_and_keeps_what_was_stored() throws Exception {
        Memory second = another();
        Owner owner = Owner.of(memory(), "s");
        owner.stores(Samples.said("hi"));
        assertThat(second.open("s", "second")).isInstanceOf(Opening.Busy.class);
        memory().close();
        assertThat(Owner.of(second, "s").granted().entries()).hasSize(2);
    }

    @Test
    public final void an_append_is_acknowledged_or_refused_when_the_memory_is_closed_under_it() throws Exception {
        Memory second = another();
        closeUnder(counts -> {
            for (int i = 0; i < counts.length; i++) {
                List<Entry> entries = Owner.of(second, "s" + i).granted().entries();
                assertThat(entries).hasSize(counts[i] + 1);
            }
        });
    }

    @Test
    public final void nobody_waits_for_ever_when_a_memory_is_closed_under_them() throws Exception {
        closeUnder(counts -> assertThat(counts).isNotEmpty());
    }

    /** Has six threads append until an interrupted thread closes the memory, and counts what each was told is stored. */
    private void closeUnder(Consumer<int[]> check) throws Exception {
        Memory memory = memory();
        CountDownLatch busy = new CountDownLatch(60);
        int[] counts = new int[6];
        List<Callable<Boolean>> works = new ArrayList<>();
        for (int thread = 0; thread < counts.length; thread++) {
            int me = thread;
            Owner owner = Owner.of(memory, "s" + me);
            works.add(() -> {
                try {
                    while (owner.send(Samples.said("x".repeat(10_000))) == Appended.OK) {
                        counts[me]++;
                        busy.countDown();
                    }
                    return false; // an open memory fences nobody
                } catch (MemoryClosed e) {
                    return true;
                }
            });
        }
        works.add(() -> {
            busy.await();
            Thread.currentThread().interrupt();
            memory.close();
            return Thread.interrupted();
        });
        assertThat(together(works)).containsOnly(true);
        check.accept(counts);
    }

    /** Does all of this at once, each on a thread of its own. */
    static <T> List<T> together(List<Callable<T>> works) throws Exception {
        CyclicBarrier start = new CyclicBarrier(works.size());
        try (ExecutorService threads = Executors.newFixedThreadPool(works.size())) {
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> work : works) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
