package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host does with programs and memories that are not as they should be: it goes on, and does not spin. */
@Timeout(30)
class HostTroubleTest extends HostFixture {
    /** A memory whose appends fail while it is full. */
    private static final class Full extends ForwardingMemory {
        final AtomicBoolean full = new AtomicBoolean();

        Full(Memory memory) {
            super(memory);
        }

        private void check() {
            if (full.get()) {
                throw new BackendException("The disk is full; free it.", null);
            }
        }

        @Override
        public Appended append(Append append) {
            check();
            return super.append(append);
        }

        @Override
        public Appended replace(Append append) {
            check();
            return super.replace(append);
        }
    }

    private static Host.Options hibernatingAtOnce(Host.Options options) {
        return options.idle(Duration.ZERO);
    }

    private static Host.Parked parked(Host host) {
        return Objects.requireNonNull(host.parked().get("s"));
    }

    // Timers

    @ParameterizedTest
    @ValueSource(longs = {0, 60_000})
    void an_input_that_comes_while_a_program_waits_for_a_time_waits_with_it(long idle) throws Exception {
        AtomicInteger lives = new AtomicInteger();
        Host host = host(
                chat -> {
                    lives.incrementAndGet();
                    chat.hear();
                    chat.sleep(Duration.ofMillis(500));
                    chat.say("You said " + chat.hear().text());
                },
                options -> options.idle(Duration.ofMillis(idle)));
        host.deliver("s", "p", text("1"));
        Instant begun = Instant.now();
        host.deliver("s", "p", text("2"));
        host.deliver("s", "p", text("3"));
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofMillis(400));
        await().until(() -> bodies("s", Body.RunEnded.class).findAny().isPresent());
        assertThat(answers("s")).startsWith("1", "2");
        assertThat(lives.get()).isLessThan(12);
    }

    @Test
    void a_question_whose_time_is_as_long_as_the_host_waits_ends_one_way() throws Exception {
        Host host = host(
                chat -> {
                    while (true) {
                        Optional<Input> input = chat.listen("?", Duration.ofMillis(1));
                        if (input.isPresent() && input.get().text().equals("end")) {
                            return;
                        }
                    }
                },
                options -> options.idle(Duration.ofMillis(1)));
        for (int round = 0; round < 50; round++) {
            host.deliver("s", "p", text("input " + round));
        }
        host.deliver("s", "p", text("end"));
        await().until(() -> bodies("s", Body.RunEnded.class).findAny().isPresent());
        assertThat(answers("s")).hasSize(51).endsWith("end");
        await().until(() -> host.awake().isEmpty());
    }

    // Programs

    @Test
    void a_program_that_ends_before_its_journal_does_is_parked() throws Exception {
        Host old = host(HostFixture::talk, HostTroubleTest::hibernatingAtOnce);
        model.then("Hello.");
        old.deliver("s", "p", text("hi"));
        told(old, "s");
        old.close();
        List<Entry> before = memory.read("s");
        AtomicInteger lives = new AtomicInteger();
        Host changed = host(chat -> lives.incrementAndGet(), HostTroubleTest::hibernatingAtOnce);
        assertThatThrownBy(() -> changed.deliver("s", "p", text("more"))).isInstanceOf(ProgramException.Diverged.class);
        assertThat(lives).hasValue(1);
        assertThat(changed.parked()).containsOnlyKeys("s");
        assertThat(memory.read("s")).isEqualTo(before);
        assertThat(memory.inbox("s")).isEmpty();
    }

    @Test
    void a_program_that_swallows_everything_is_parked() throws Exception {
        Host host = host(
                chat -> {
                    while (true) {
                        try {
                            chat.hear();
                        } catch (Throwable t) {
                            assertThat(t).isNotNull();
                        }
                    }
                },
                HostTroubleTest::hibernatingAtOnce);
        host.deliver("s", "p", text("hi"));
        await().until(() -> host.parked().containsKey("s"));
        assertThat(parked(host).code()).isEqualTo("program-stuck");
        await().until(() -> host.awake().isEmpty());
    }

    @Test
    void a_program_that_does_not_end_when_it_should_sleep_is_taken_down() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Runner runner = Runner.of(
                model,
                options -> options.memory(memory)
                        .closeWithin(Duration.ofMillis(200))
                        .routine("p", 1, chat -> {
                            try {
                                chat.hear();
                                chat.hear();
                            } finally {
                                boolean waits = true;
                                while (waits) {
                                    try {
                                        waits = !never.await(1, TimeUnit.MINUTES);
                                    } catch (InterruptedException e) {
                                        waits = true;
                                    }
                                }
                            }
                        }));
        try (runner) {
            Host host = runner.host(options -> options.idle(Duration.ZERO).sweep(Duration.ofMillis(10)));
            host.deliver("s", "p", text("hi"));
            await().until(() -> host.parked().containsKey("s") && host.awake().isEmpty());
            assertThat(parked(host).code()).isEqualTo("program-stuck");
        } finally {
            never.countDown();
        }
    }

    @Test
    void a_program_that_interrupts_itself_is_left_alone_for_a_while() throws Exception {
        AtomicInteger lives = new AtomicInteger();
        Host host = host(
                chat -> {
                    lives.incrementAndGet();
                    Thread.currentThread().interrupt();
                    chat.hear();
                },
                options -> options);
        host.deliver("s", "p", text("hi"));
        assertThat(lives.get()).isLessThanOrEqualTo(10);
        int before = lives.get();
        Thread.sleep(100); // ten sweeps
        assertThat(lives.get()).isLessThanOrEqualTo(before + 1);
        assertThat(memory.inbox("s")).hasSize(1);
        assertThat(parked(host).code()).isEqualTo("interrupted");
    }

    @Test
    void a_program_that_asks_nothing_and_continues_as_new_is_run_once() throws Exception {
        AtomicInteger lives = new AtomicInteger();
        Host host = host(chat -> {
            if (lives.incrementAndGet() < 3) {
                chat.continueAsNew(lives.get());
            }
        });
        for (int i = 0; i < 3; i++) {
            host.deliver("s", "p", text("go").id("1"));
        }
        assertThat(lives).hasValue(3);
        host.start("s", "p", "2", null);
        await().until(() -> lives.get() == 4);
        host.start("s", "p", "2", null);
        await().until(() -> host.awake().isEmpty());
        assertThat(lives).hasValue(4);
        assertThat(memory.inbox("s")).isEmpty();
    }

    @Test
    void a_program_that_nobody_knows_is_refused_also_while_another_is_under_way() throws Exception {
        Held held = new Held("A", "1");
        Host host = host(chat -> {
            chat.hear();
            chat.generate();
        });
        host.deliver("s", "p", text("1"));
        held.begun.await();
        assertThatThrownBy(() -> host.deliver("s", "nobody", text("2")))
                .isInstanceOf(ProgramException.NotRegistered.class);
        held.proceed.countDown();
        await().until(() -> host.awake().isEmpty());
        host.deliver("s", "p", text("3"));
        assertThat(answers("s")).containsExactly("1", "3");
    }

    // Memories

    @Test
    void what_a_full_disk_broke_off_goes_on_by_itself_when_there_is_room() throws Exception {
        Full disk = new Full(Memory.heap());
        memory = disk;
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        AtomicInteger tries = new AtomicInteger();
        Host host = host(chat -> {
            String text = chat.hear().text();
            chat.effect("try", Integer.class, () -> {
                begun.countDown();
                proceed.await();
                return tries.incrementAndGet();
            });
            chat.say("You said " + text);
        });
        host.deliver("s", "p", text("hi"));
        begun.await();
        disk.full.set(true);
        proceed.countDown();
        await().until(() -> host.parked().containsKey("s") && host.awake().isEmpty());
        assertThat(parked(host).until()).isNotNull();
        assertThatThrownBy(() -> host.deliver("s", "p", text("more"))).isInstanceOf(BackendException.class);
        assertThat(tries.get()).isLessThanOrEqualTo(2);
        disk.full.set(false);
        await().atMost(Duration.ofSeconds(15))
                .until(() -> bodies("s", Body.RunEnded.class).findAny().isPresent());
        assertThat(host.parked()).isEmpty();
        assertThat(answers("s")).containsExactly("hi");
    }

    @Test
    void a_program_that_ends_on_a_full_disk_is_not_run_again_and_again() throws Exception {
        Full disk = new Full(Memory.heap());
        memory = disk;
        AtomicInteger lives = new AtomicInteger();
        Host host = host(
                chat -> {
                    boolean first = lives.incrementAndGet() == 1;
                    chat.hear();
                    if (first) {
                        disk.full.set(true);
                    }
                },
                HostTroubleTest::hibernatingAtOnce);
        host.deliver("s", "p", text("hi"));
        await().until(() -> host.parked().containsKey("s"));
        assertThatThrownBy(() -> host.deliver("s", "p", text("more"))).isInstanceOf(BackendException.class);
        assertThat(lives.get()).isLessThanOrEqualTo(3);
        disk.full.set(false);
        host.deliver("s", "p", text("more"));
        await().until(() -> memory.inbox("s").isEmpty() && host.awake().isEmpty());
    }

    /** Its first answer cannot be stored, so that its sender tries again: after somebody else ended the run it had begun. */
    @Test
    void an_answer_that_began_a_run_and_was_not_stored_is_heard_in_the_next() throws Exception {
        AtomicBoolean failing = new AtomicBoolean(true);
        memory = new ForwardingMemory(memory) {
            @Override
            public Appended append(Append append) {
                if (failing.get() && append.entries().getLast().body() instanceof Body.Answered) {
                    throw new BackendException("It does not answer; try again.", null);
                }
                return super.append(append);
            }
        };
        Host host = host(chat -> chat.hear(), HostTroubleTest::hibernatingAtOnce);
        assertThatThrownBy(() -> host.deliver("s", "p", text("one").id("one"))).isInstanceOf(BackendException.class);
        failing.set(false);
        host.deliver("s", "p", text("two").id("two"));
        host.deliver("s", "p", text("one").id("one"));
        await().until(() -> heard("s").size() == 2);
        assertThat(heard("s")).containsExactly("two", "one");
    }

    private List<String> heard(String session) {
        return memory.read(session).stream()
                .flatMap(entry -> entry.body() instanceof Body.Answered answered
                        ? Stream.of(answered.input().text())
                        : Stream.empty())
                .toList();
    }

    @Test
    void what_is_started_is_stored() throws Exception {
        Full disk = new Full(Memory.heap());
        memory = disk;
        Host host = host(chat -> {
            while (true) {
                chat.hear();
            }
        });
        disk.full.set(true);
        assertThatThrownBy(() -> host.start("s", "p", "1", null)).isInstanceOf(BackendException.class);
        disk.full.set(false);
        host.start("s", "p", "1", null);
        assertThat(bodies("s", Body.RunStarted.class)).hasSize(1);
    }

    @Test
    void a_delivery_that_its_owner_took_and_left_in_the_inbox_wakes_nobody_again() throws Exception {
        AtomicInteger lives = new AtomicInteger();
        Host first = host(
                chat -> {
                    lives.incrementAndGet();
                    chat.hear();
                    chat.hear();
                },
                HostTroubleTest::hibernatingAtOnce);
        first.deliver("s", "p", text("hi").id("1"));
        await().until(() -> first.awake().isEmpty());
        lives.set(0);
        Delivery left =
                new Delivery("1", "p", null, new Delivery.Answer(text("hi").id("1")));
        assertThat(memory.deliver("s", left)).isTrue(); // as if a kill had come between the two
        await().until(() -> lives.get() > 0 && first.awake().isEmpty());
        Thread.sleep(100); // ten sweeps
        assertThat(lives).hasValue(1);
        assertThat(memory.due(Instant.now(), 10)).isEmpty();
        first.deliver("s", "p", text("more"));
        assertThat(answers("s")).containsExactly("hi", "more");
        assertThat(memory.inbox("s")).isEmpty();
    }

    @Test
    void sessions_that_nothing_can_be_done_for_do_not_keep_others_from_being_woken() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        memory = new ForwardingMemory(Memory.heap()) {
            @Override
            public List<String> due(Instant now, int limit) {
                asked.incrementAndGet();
                return super.due(now, limit);
            }
        };
        for (int i = 0; i < 250; i++) {
            String gone = "gone-" + i;
            memory.deliver(gone, new Delivery("1", "gone", null, new Delivery.Answer(text("hi"))));
            memory.open("busy-" + i, "somebody else");
            memory.deliver("busy-" + i, new Delivery("1", "p", null, new Delivery.Answer(text("hi"))));
        }
        Host host = host(Chat::hear);
        await().until(() -> host.parked().size() == 250);
        memory.deliver(
                "zz",
                new Delivery("1", "p", null, new Delivery.Answer(text("hi").id("1"))));
        await().until(() -> answers("zz").equals(List.of("hi")));
        int before = asked.get();
        Thread.sleep(100); // ten sweeps at the most
        assertThat(asked.get() - before).isLessThan(10 * 10);
    }

    @Test
    void a_memory_that_fails_in_unknown_ways_stops_no_timers() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        memory = new ForwardingMemory(Memory.heap()) {
            @Override
            public List<String> due(Instant now, int limit) {
                if (fails.get()) {
                    throw new IllegalStateException("a driver's own");
                }
                return super.due(now, limit);
            }

            @Override
            public List<Delivery> inbox(String session) {
                if (session.equals("bad")) {
                    throw new IllegalStateException("a driver's own");
                }
                return super.inbox(session);
            }
        };
        memory.deliver("bad", new Delivery("1", "p", null, new Delivery.Answer(text("hi"))));
        memory.deliver(
                "good",
                new Delivery("1", "p", null, new Delivery.Answer(text("hi").id("1"))));
        Host host = host(Chat::hear);
        Thread.sleep(50);
        fails.set(false);
        await().until(() -> answers("good").equals(List.of("hi")));
        assertThat(host.parked()).containsKey("bad");
    }

    @Test
    void a_reader_whose_memory_fails_misses_nothing() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        memory = new ForwardingMemory(Memory.heap()) {
            @Override
            public List<Entry> read(String session) {
                if (fails.get()) {
                    throw new BackendException("It is down.", null);
                }
                return super.read(session);
            }
        };
        Host host = host(Chat::hear);
        host.deliver("s", "p", text("hi"));
        told(host, "s");
        try (Events events = host.events("s", null)) {
            fails.set(true);
            assertThatThrownBy(() -> events.next(Duration.ZERO)).isInstanceOf(BackendException.class);
            assertThatThrownBy(() -> host.events("s", null)).isInstanceOf(BackendException.class);
            fails.set(false);
            assertThat(told(events)).containsExactly("ask ", "heard hi", "done null");
        }
        assertThatThrownBy(() -> host.events("s", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThat(host.hubs()).isZero();
    }

    // Bounds

    @Test
    void as_many_hibernate_as_room_is_needed_for() throws Exception {
        List<CountDownLatch> proceed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CountDownLatch latch = new CountDownLatch(1);
            proceed.add(latch);
            model.then((prompt, listener) -> {
                latch.await();
                return dev.turbochat.model.Completion.of("ok", "fake");
            });
        }
        Host host = host(
                chat -> {
                    while (!chat.hear().text().equals("work")) {
                        chat.say("Yes.");
                    }
                    chat.generate();
                },
                options -> options.awake(4).patience(Duration.ofSeconds(2)));
        for (int i = 0; i < 4; i++) {
            host.deliver("idle" + i, "p", text("hi"));
        }
        List<Throwable> failures = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            String session = "busy" + i;
            inThread(
                    () -> {
                        host.deliver(session, "p", text("work"));
                        done.countDown();
                    },
                    failures::add);
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
        proceed.forEach(CountDownLatch::countDown);
    }

    @Test
    void nothing_is_woken_once_the_host_is_closed() throws Exception {
        Host host = host(Chat::hear, HostTroubleTest::hibernatingAtOnce);
        host.deliver("s", "p", text("hi"));
        host.close();
        assertThatThrownBy(() -> host.start("t", "p", "1", null)).isInstanceOf(SessionException.HostClosed.class);
        assertThatThrownBy(() -> host.retry("s")).isInstanceOf(SessionException.class);
        assertThat(host.awake()).isEmpty();
        await().untilAsserted(() -> assertThat(host.freeSlots()).isEqualTo(10_000)); // given back right behind that
    }
}
