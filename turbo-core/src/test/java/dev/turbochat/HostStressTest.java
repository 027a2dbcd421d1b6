package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many sessions, senders and readers at once, over a memory that fails now and then and hosts that come and go.
 *
 * <p>{@code -Dturbo.campaign=100} makes it a hundred rounds, {@code -Dturbo.seed=N} begins with that seed.
 */
@Timeout(3600)
class HostStressTest {
    private static final int SESSIONS = 12;
    private static final int INPUTS = 25;
    private static final int AWAKE = 5;

    static List<Long> seeds() {
        Random seeds = new Random(Long.getLong("turbo.seed", System.nanoTime()));
        long first = Long.getLong("turbo.seed", seeds.nextLong());
        int rounds = Integer.getInteger("turbo.campaign", 3);
        return IntStream.range(0, rounds).mapToObj(i -> first + i).toList();
    }

    private final Memory heap = Memory.heap();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @SuppressWarnings("NullAway.Init")
    private volatile Host host;

    /** Answers what was said last, takes its time now and then, and fails now and then. */
    private final class Echo implements Model {
        private final Random random;

        Echo(long seed) {
            this.random = new Random(seed);
        }

        @Override
        public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
            calls.incrementAndGet();
            String text = prompt.messages().getLast().text();
            listener.text("re: ");
            int chance = random.nextInt(20);
            if (chance < 4) {
                Thread.sleep(Duration.ofMillis(random.nextInt(4))); // as vendors do
            } else if (chance == 4) {
                throw new ModelException.Unavailable("echo", "it is down", null);
            }
            listener.text(text);
            return Completion.of("re: " + text, "echo");
        }

        @Override
        public String name() {
            return "echo";
        }
    }

    /** A conversation with everything in it that has to do with waiting. */
    private static void converse(Chat chat) {
        while (true) {
            String text = chat.hear().text();
            if (text.equals("end")) {
                return;
            }
            chat.generate();
            switch (Math.floorMod(text.hashCode(), 7)) {
                case 0 -> chat.sleep(Duration.ofMillis(2));
                case 1 -> chat.listen("Quick!", Duration.ofMillis(2));
                case 2 -> chat.effect("count", Integer.class, () -> 1);
                case 3 -> {
                    return;
                }
                default -> chat.notice("Noted.");
            }
        }
    }

    private static final class Sender {
        final String session;
        final String name;
        final Busy busy;
        final Random random;

        Sender(String session, int number, long seed) {
            this.session = session;
            this.busy =
                    List.of(Busy.QUEUE, Busy.INTERRUPT, Busy.STEER, Busy.REJECT).get(number % 4);
            this.name = busy + "-" + number;
            this.random = new Random(seed);
        }

        Input input(int i) {
            return Input.text(name + " says " + i).id(name + ":" + i);
        }
    }

    private Host host(Memory memory, Random random, long seed) {
        Runner runner = Runner.of(
                new Echo(seed),
                options -> options.memory(memory)
                        .closeWithin(Duration.ofSeconds(20))
                        .routine("p", 1, HostStressTest::converse));
        runners.add(runner);
        return runner.host(options -> options.idle(Duration.ofMillis(random.nextInt(4)))
                .awake(AWAKE)
                .patience(Duration.ofMillis(random.nextInt(50)))
                .sweep(Duration.ofMillis(5))
                .drain(Duration.ofMillis(random.nextInt(40))));
    }

    private final List<Runner> runners = new ArrayList<>();

    @AfterEach
    void closeAll() {
        runners.forEach(Runner::close);
        heap.close();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatever_happens_each_input_is_heard_once_and_in_order(long seed) throws Exception {
        System.out.println("HostStressTest: seed " + seed);
        Random random = new Random(seed);
        FlakyMemory memory = new FlakyMemory(heap, seed);
        host = host(memory, random, seed);
        List<Sender> senders = new ArrayList<>();
        List<Thread> sending = new ArrayList<>();
        List<Thread> around = new ArrayList<>();
        List<Reader> readers = new ArrayList<>();
        for (int s = 0; s < SESSIONS; s++) {
            String session = "s" + s;
            for (int i = 0; i < 2 + s % 3; i++) {
                Sender sender = new Sender(session, s + i, random.nextLong());
                senders.add(sender);
                sending.add(thread(() -> send(sender)));
            }
            Reader reader = new Reader(session, random.nextLong());
            readers.add(reader);
            around.add(thread(reader::readUntilOver));
        }
        around.add(thread(() -> disturb(new Random(seed + 1), sending)));
        memory.failOneOf(60);
        for (int hosts = 0; hosts < 4; hosts++) {
            pause(random.nextInt(400_000));
            Runner old = runners.getLast();
            host = host(memory, random, seed + hosts);
            old.close();
        }
        join(sending);
        over.set(true);
        memory.failOneOf(0);
        join(around);
        runners.getLast().close();
        assertThat(failures).as("seed %s", seed).isEmpty();

        host = host(memory, random, seed); // where nothing is parked
        for (int s = 0; s < SESSIONS; s++) {
            finish("s" + s);
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(host.awake()).as("seed %s", seed).isEmpty());
        readers.forEach(Reader::finish);
        check(senders, readers, "seed " + seed);
        assertThat(host.hubs()).isZero();
        await().untilAsserted(() -> assertThat(host.freeSlots()).isEqualTo(AWAKE));
        runners.forEach(Runner::close);
        await().untilAsserted(() -> {
            for (int s = 0; s < SESSIONS; s++) {
                assertThat(Fakes.threadsNamed("turbo s" + s)).isZero();
            }
            for (String name : List.of("turbo sweep", "turbo waking", "turbo alarm", "turbo closing")) {
                assertThat(Fakes.threadsNamed(name)).as(name).isZero();
            }
        });
        System.out.println("HostStressTest: seed " + seed + ", " + memory);
        heap.close();
    }

    // Those who do it

    private Thread thread(HostFixture.Work work) {
        return Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (Throwable t) {
                failures.add(t);
            }
        });
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(60)))
                    .as("%s has ended", thread)
                    .isTrue();
        }
    }

    private static void pause(int micros) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
    }

    private void send(Sender sender) {
        for (int i = 0; i < INPUTS; i++) {
            Input input = sender.input(i);
            if (sender.random.nextInt(5) == 0) {
                thread(() -> tryOnce(sender.session, input, sender.busy)); // somebody else has the same one
            }
            insist(sender.session, input, sender.busy);
            if (sender.random.nextInt(5) == 0) {
                insist(sender.session, sender.input(sender.random.nextInt(i + 1)), sender.busy);
            }
            if (sender.random.nextInt(10) == 0) {
                pause(sender.random.nextInt(5_000));
            }
        }
    }

    /** Ends the run that is under way, and those that are still to be started. */
    private void finish(String session) {
        AtomicInteger ends = new AtomicInteger();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            insist(session, Input.text("end").id("end:" + ends.incrementAndGet()), Busy.QUEUE);
            assertThat(heap.inbox(session)).isEmpty();
            assertThat(heap.read(session).getLast().body()).isInstanceOf(Body.RunEnded.class);
        });
    }

    private void insist(String session, Input input, Busy busy) {
        while (!tryOnce(session, input, busy)) {
            pause(1_000);
        }
    }

    private boolean tryOnce(String session, Input input, Busy busy) {
        try {
            host.deliver(session, "p", input, busy);
            return true;
        } catch (TurboException | InterruptedException e) {
            return false;
        }
    }

    private void disturb(Random random, List<Thread> sending) {
        for (int i = 0; !over.get(); i++) {
            String session = "s" + random.nextInt(SESSIONS);
            try {
                switch (random.nextInt(5)) {
                    case 0 -> host.stop(session);
                    case 1 -> host.post(session, "post:" + i, new Message.User("Posted."));
                    case 2 -> host.retry(session);
                    case 3 -> sending.get(random.nextInt(sending.size())).interrupt();
                    default -> host.start(session, "p", "start:" + random.nextInt(3), null);
                }
            } catch (TurboException | InterruptedException e) {
                pause(1_000);
            }
            pause(random.nextInt(10_000));
        }
    }

    /** Reads a session's events, goes away at any time, and comes back where it was. */
    private final class Reader {
        final String session;
        final Random random;
        final List<Event> had = new ArrayList<>();

        Reader(String session, long seed) {
            this.session = session;
            this.random = new Random(seed);
        }

        private String last() {
            return had.isEmpty() ? "" : had.getLast().id();
        }

        void readUntilOver() throws InterruptedException {
            while (!over.get()) {
                try (Events events = host.events(session, last())) {
                    for (int left = random.nextInt(50); left > 0; left--) {
                        events.next(Duration.ofMillis(5))
                                .filter(HostStressTest::hasPlace)
                                .ifPresent(had::add);
                    }
                } catch (TurboException e) {
                    pause(1_000);
                }
                pause(random.nextInt(10_000));
            }
        }

        void finish() {
            try (Events events = host.events(session, last())) {
                for (Event event : events.untilTurnEnds()) {
                    if (hasPlace(event)) {
                        had.add(event);
                    }
                }
            }
        }
    }

    private static boolean hasPlace(Event event) {
        return event.place().attempt() > 0;
    }

    // What must hold

    private void check(List<Sender> senders, List<Reader> readers, String seed) {
        int intents = 0;
        for (int s = 0; s < SESSIONS; s++) {
            String session = "s" + s;
            List<Entry> journal = heap.read(session);
            assertThat(journal)
                    .as("%s of %s", session, seed)
                    .extracting(Entry::seq)
                    .isEqualTo(LongList.to(journal.size()));
            intents += (int) journal.stream()
                    .filter(entry -> entry.body() instanceof Body.Generating)
                    .count();
            List<String> heard = heard(journal);
            assertThat(heard).as("%s of %s", session, seed).doesNotHaveDuplicates();
            for (Sender sender : senders) {
                if (sender.session.equals(session)) {
                    assertThat(heard.stream().filter(id -> id.startsWith(sender.name + ":")))
                            .as("%s of %s", session, seed)
                            .isEqualTo(IntStream.range(0, INPUTS)
                                    .mapToObj(i -> sender.name + ":" + i)
                                    .toList());
                }
            }
        }
        assertThat(calls.get()).as(seed).isLessThanOrEqualTo(intents);
        for (Reader reader : readers) {
            List<EventId> ids = reader.had.stream().map(EventId::of).toList();
            assertThat(ids).as("%s of %s", reader.session, seed).isSorted().doesNotHaveDuplicates();
            List<String> told = reader.had.stream()
                    .flatMap(event -> event instanceof Event.Heard heard
                            ? java.util.stream.Stream.ofNullable(heard.input().id())
                            : java.util.stream.Stream.empty())
                    .toList();
            // a retry puts what was posted behind the failure in again, under a number of its own
            List<String> heard = answers(heard(heap.read(reader.session)));
            assertThat(answers(told)).as("%s of %s", reader.session, seed).isEqualTo(heard);
        }
    }

    private static List<String> answers(List<String> ids) {
        return ids.stream().filter(id -> !id.startsWith("post:")).toList();
    }

    private static List<String> heard(List<Entry> journal) {
        List<String> heard = new ArrayList<>();
        for (Entry entry : Entry.inForce(journal)) {
            String id = switch (entry.body()) {
                case Body.Answered answered -> answered.input().id();
                case Body.Posted posted -> posted.id();
                default -> null;
            };
            if (id != null) {
                heard.add(id);
            }
        }
        return heard;
    }

    private static final class LongList {
        static List<Long> to(int end) {
            return IntStream.range(0, end).mapToObj(Long::valueOf).toList();
        }
    }
}
