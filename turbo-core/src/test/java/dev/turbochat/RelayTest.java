package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Signals;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What readers at one node are told of a session that another node drives. */
@Timeout(60)
class RelayTest extends HostFixture {
    private final Bus bus = new Bus();
    private Memory shared = memory;

    @BeforeEach
    void share() {
        shared = memory;
        memory = bus.of(shared);
    }

    @AfterEach
    void closeBus() {
        bus.close();
        shared.close();
    }

    /** Has a host drive a session, in which it was asked something, from here on. */
    private void hasOneTurn(Host driving) throws Exception {
        model.then("First.");
        driving.deliver("s", "p", text("1"));
        assertThat(told(driving, "s")).endsWith("said First.", "ask ");
    }

    @Test
    void tokens_are_told_live_at_another_node() throws Exception {
        Host driving = host(HostFixture::talk);
        Host reading = host(HostFixture::talk);
        Semaphore seen = new Semaphore(0);
        model.then((prompt, listener) -> {
            for (String word : List.of("one ", "two ", "three")) {
                listener.text(word);
                seen.acquire(); // the next one comes only when this was read elsewhere
            }
            return Completion.of("one two three", "fake");
        });
        try (Events events = reading.events("s", null)) {
            driving.deliver("s", "p", text("hi"));
            List<String> told = new ArrayList<>();
            for (Event event : (Iterable<Event>) () -> Pulling.of(events, "said")) {
                told.add(word(event));
                seen.release(event instanceof Event.Token ? 1 : 0);
            }
            assertThat(told)
                    .containsExactly(
                            "ask ", "heard hi", "token one ", "token two ", "token three", "said one two three");
        }
    }

    /** Events up to the first that begins with a word. */
    private static final class Pulling {
        static java.util.Iterator<Event> of(Events events, String last) {
            return new java.util.Iterator<>() {
                private boolean over;

                @Override
                public boolean hasNext() {
                    return !over;
                }

                @Override
                public Event next() {
                    try {
                        Event event = events.next(Duration.ofSeconds(20)).orElseThrow();
                        over = word(event).startsWith(last);
                        return event;
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            };
        }
    }

    @Test
    void whoever_comes_in_the_middle_of_an_answer_is_told_its_beginning_at_another_node() throws Exception {
        Held held = new Held("You said ", "hi.");
        Host driving = host(HostFixture::talk);
        Host reading = host(HostFixture::talk);
        driving.deliver("s", "p", text("hi"));
        held.begun.await();
        try (Events events = reading.events("s", null)) {
            List<String> told = new ArrayList<>();
            Pulling.of(events, "token").forEachRemaining(event -> told.add(word(event)));
            assertThat(told).endsWith("heard hi", "token You said ");
            held.proceed.countDown();
            told.clear();
            events.untilTurnEnds().forEach(event -> told.add(word(event)));
            assertThat(told).startsWith("token hi.", "said You said hi.");
        }
    }

    @Test
    void a_turn_that_begins_at_one_node_and_is_driven_by_another_is_told_to_its_end() throws Exception {
        Host driving = host(HostFixture::talk);
        Host other = host(HostFixture::talk);
        hasOneTurn(driving);
        try (Events events = other.events("s", null);
                Events there = driving.events("s", null)) {
            List<String> ids = new ArrayList<>();
            there.untilTurnEnds().forEach(event -> ids.add(event.id()));
            for (int i = 2; i < 20; i++) {
                model.then("Answer " + i + ".");
                other.deliver("s", "p", text("" + i));
                assertThat(told(events)).as("turn %s", i).endsWith("said Answer " + i + ".", "ask ");
                there.untilTurnEnds().forEach(event -> ids.add(event.id()));
            }
            assertThat(driving.awake()).containsExactly("s");
            assertThat(other.awake()).isEmpty();
        }
    }

    @Test
    void a_turn_that_a_reader_has_seen_begin_in_the_journal_alone_is_told_to_its_end() throws Exception {
        Host driving = host(HostFixture::talk);
        Host other = host(HostFixture::talk);
        hasOneTurn(driving);
        Held held = new Held("Sec", "ond.");
        try (Events events = other.events("s", null)) {
            assertThat(told(events)).contains("said First.");
            bus.loses = topic -> topic.startsWith("events:");
            other.deliver("s", "p", text("2"));
            held.begun.await();
            List<String> told = new ArrayList<>();
            for (Event event : events.untilTurnEnds()) {
                told.add(word(event));
                if (event instanceof Event.Heard) {
                    bus.loses = topic -> false;
                    held.proceed.countDown();
                }
            }
            assertThat(told).contains("heard 2", "said Second.");
        }
    }

    @Test
    void whoever_comes_to_another_node_right_after_a_delivery_there_is_told_the_turn_to_its_end() throws Exception {
        Host driving = host(HostFixture::talk);
        hasOneTurn(driving);
        for (int i = 2; i < 30; i++) {
            String answer = "Answer " + i + ".";
            model.then((prompt, listener) -> {
                Thread.sleep(Duration.ofMillis(10));
                return Completion.of(answer, "fake");
            });
            Host delivering = host(HostFixture::talk);
            Host reading = i % 2 == 0 ? delivering : host(HostFixture::talk);
            delivering.deliver("s", "p", text("" + i));
            try (Events events = reading.events("s", null)) {
                assertThat(told(events)).as("turn %s", i).contains("said " + answer);
            }
        }
        assertThat(driving.awake()).containsExactly("s");
    }

    @Test
    void whoever_comes_to_another_node_before_its_driver_has_seen_a_delivery_is_told_the_turn_to_its_end()
            throws Exception {
        Host driving =
                hostOf(runner -> runner.routine("p", 1, HostFixture::talk), host -> host.sweep(Duration.ofMillis(500)));
        Host other = host(HostFixture::talk);
        hasOneTurn(driving);
        model.then("Second.");
        bus.loses = topic -> topic.equals(Signals.DELIVERED);
        other.deliver("s", "p", text("2"));
        try (Events events = other.events("s", null)) {
            assertThat(told(events)).endsWith("said Second.", "ask ");
        }
    }

    @Test
    void whoever_comes_to_another_node_in_the_middle_of_a_turn_is_told_it_to_its_end() throws Exception {
        Held held = new Held("You said ", "hi.");
        Host driving = host(HostFixture::talk);
        Host reading = host(HostFixture::talk);
        driving.deliver("s", "p", text("hi"));
        held.begun.await();
        try (Events events = reading.events("s", null)) {
            List<String> told = new ArrayList<>();
            for (Event event : events.untilTurnEnds()) {
                told.add(word(event));
                held.proceed.countDown(); // not before something was told
            }
            assertThat(told).contains("said You said hi.");
        }
    }

    @Test
    void whoever_comes_while_another_reader_has_the_session_opened_is_told_the_turn_to_its_end() throws Exception {
        Held held = new Held("You said ", "hi.");
        host(HostFixture::talk).deliver("s", "p", text("hi"));
        held.begun.await();
        bus.loses = topic -> topic.equals("wanted");
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch opens = new CountDownLatch(1);
        memory = new ForwardingMemory(memory) {
            @Override
            public Opening open(String session, String owner) {
                opening.countDown();
                try {
                    opens.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.open(session, owner);
            }
        };
        Host reading = host(HostFixture::talk);
        CompletableFuture<List<String>> first =
                CompletableFuture.supplyAsync(() -> told(reading, "s"), Thread::startVirtualThread);
        opening.await();
        CompletableFuture<List<String>> second =
                CompletableFuture.supplyAsync(() -> told(reading, "s"), Thread::startVirtualThread);
        Thread.sleep(Duration.ofMillis(100));
        assertThat(second).isNotDone();
        bus.loses = topic -> false;
        opens.countDown();
        held.proceed.countDown();
        assertThat(first.get()).contains("said You said hi.");
        assertThat(second.get()).contains("said You said hi.");
    }

    @Test
    void what_was_told_before_the_question_is_not_taken_for_its_answer() throws Exception {
        Hub hub = new Hub();
        List<String> questions = new ArrayList<>();
        Following following = new Following("s", hub, () -> true, questions::add, () -> {}, List::of);
        following.listen(bus);
        Telling.Origin owner = new Telling.Origin("s", UUID.randomUUID(), 1);
        following.doubt();
        call(new Telling.Told(owner, 1, true, List.of(), 5, true, null));
        call(new Telling.Told(owner, 2, false, List.of(), 5, true, "another's"));
        Thread.sleep(Duration.ofMillis(50));
        assertThat(isIdle(hub)).isFalse();
        call(new Telling.Told(owner, 3, true, List.of(), 6, false, questions.getLast()));
        call(new Telling.Told(owner, 4, false, List.of(), 6, true, null));
        await().untilAsserted(() -> assertThat(isIdle(hub)).isTrue());
        following.close();
    }

    @Test
    void what_whoever_drives_a_session_leaves_in_its_inbox_is_not_waited_for_for_ever() throws Exception {
        Hub hub = new Hub();
        Following following = new Following("s", hub, () -> true, question -> {}, () -> {}, () -> List.of("left"));
        following.listen(bus);
        Telling.Origin owner = new Telling.Origin("s", UUID.randomUUID(), 1);
        following.await("left");
        for (int asked = 0; asked < 8; asked++) {
            assertThat(isIdle(hub)).isFalse();
            call(new Telling.Told(owner, asked, true, List.of(), 5, true, null));
            Thread.sleep(Duration.ofMillis(20));
            following.ask();
        }
        await().untilAsserted(() -> assertThat(isIdle(hub)).isTrue());
        following.close();
    }

    @Test
    void what_waits_for_the_run_after_this_keeps_no_turn_from_being_over_where_the_session_wakes_up() throws Exception {
        try (Host before = host(HostFixture::talk)) {
            model.then("First.");
            before.deliver("s", "p", text("1"));
            assertThat(told(before, "s")).endsWith("said First.", "ask ");
            before.start("s", "p", "next", null); // which does not begin before this run has ended
        }
        Host host = host(HostFixture::talk);
        assertThat(told(host, "s")).endsWith("said First.", "ask ");
        assertThat(memory.inbox("s")).hasSize(1);
    }

    @Test
    void what_is_left_in_an_inbox_is_not_waited_for_for_ever_if_nobody_drives_the_session() {
        Hub hub = new Hub();
        Following following = new Following("s", hub, () -> true, question -> {}, () -> {}, () -> List.of("left"));
        for (int asked = 0; asked < 20; asked++) {
            following.ask(); // a reader who came long ago
        }
        for (int asked = 0; asked < 8; asked++) {
            following.awaitAll(List.of("left")); // as each reader who comes does
            assertThat(isIdle(hub)).isFalse();
            following.ask();
        }
        assertThat(isIdle(hub)).isTrue();
    }

    @Test
    void a_session_that_its_driver_lets_go_of_without_an_answer_is_looked_after_where_it_is_read() throws Exception {
        Host driving =
                hostOf(runner -> runner.routine("p", 1, HostFixture::talk), host -> host.idle(Duration.ofMillis(300)));
        Host reading =
                hostOf(runner -> runner.routine("p", 1, HostFixture::talk), host -> host.sweep(Duration.ofHours(1)));
        bus.loses = topic -> true;
        model.then("First.");
        driving.deliver("s", "p", text("1"));
        await().until(() -> generated("s").size() == 1);
        long begun = System.nanoTime();
        try (Events events = reading.events("s", null)) {
            assertThat(told(events)).endsWith("said First.", "ask ");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(12));
    }

    @Test
    void a_driver_who_does_not_answer_is_not_waited_for_for_ever() {
        Hub hub = new Hub();
        Following following = new Following("s", hub, () -> true, question -> {}, () -> {}, List::of);
        for (int asked = 0; asked < 8; asked++) {
            following.doubt(); // as each reader who comes does
            assertThat(isIdle(hub)).isFalse();
            following.ask();
        }
        assertThat(isIdle(hub)).isTrue();
    }

    private void call(Telling.Told told) {
        bus.call(Relay.topic("s"), Json.write(told));
    }

    private static boolean isIdle(Hub hub) {
        hub.lock.lock();
        try {
            return hub.isIdle();
        } finally {
            hub.lock.unlock();
        }
    }

    @Test
    void whatever_is_lost_between_nodes_readers_are_told_all_once_and_in_order() throws Exception {
        Random random = new Random(42);
        bus.loses = topic -> random.nextInt(4) == 0;
        Host driving = host(HostFixture::talk);
        Host reading = host(HostFixture::talk);
        int turns = 30;
        List<Event> told = new ArrayList<>();
        try (Events events = reading.events("s", null)) {
            for (int i = 0; i < turns; i++) {
                String answer = "answer " + i + " of " + turns;
                model.then(answer);
                (i == 0 ? driving : List.of(driving, reading).get(i % 2))
                        .deliver("s", "p", text("input " + i).id("input-" + i));
                while (told.isEmpty() || !word(told.getLast()).equals("said " + answer)) {
                    told.add(events.next(Duration.ofSeconds(30)).orElseThrow());
                }
            }
        }
        List<EventId> ids = told.stream().map(EventId::of).toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(told.stream().filter(Event.Heard.class::isInstance)).hasSize(turns);
        assertThat(told.stream().filter(Event.Said.class::isInstance)).hasSize(turns);
    }

    @Test
    void an_answer_is_stopped_from_another_node() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        model.then((prompt, listener) -> {
            listener.text("On and on");
            begun.countDown();
            Thread.sleep(Duration.ofMinutes(1));
            return Completion.of("never", "fake");
        });
        Host driving = host(HostFixture::talk);
        Host other = host(HostFixture::talk);
        driving.deliver("s", "p", text("hi"));
        begun.await();
        assertThat(other.stop("s")).isFalse();
        await().until(() -> !generated("s").isEmpty());
        assertThat(generated("s")).containsExactly(new Message.Assistant("On and on", Message.Finish.STOPPED));
    }

    @Test
    void what_is_delivered_elsewhere_is_taken_at_once() throws Exception {
        Host driving =
                hostOf(runner -> runner.routine("p", 1, HostFixture::talk), host -> host.sweep(Duration.ofMinutes(10)));
        Host other =
                hostOf(runner -> runner.routine("p", 1, HostFixture::talk), host -> host.sweep(Duration.ofMinutes(10)));
        model.then("One.").then("Two.");
        driving.deliver("s", "p", text("1"));
        await().until(() -> generated("s").size() == 1);
        other.deliver("s", "p", text("2"));
        await().until(() -> generated("s").size() == 2);
        assertThat(answers("s")).containsExactly("1", "2");
    }

    @Test
    void what_a_node_tells_that_lost_the_session_is_not_passed_on() {
        Hub hub = new Hub();
        AtomicInteger asked = new AtomicInteger();
        Following following =
                new Following("s", hub, () -> true, question -> asked.incrementAndGet(), () -> {}, List::of);
        following.listen(bus);
        Telling.Origin old = new Telling.Origin("s", UUID.randomUUID(), 1);
        Telling.Origin owner = new Telling.Origin("s", old.incarnation(), 2);
        Event.Place place = new Event.Place("s", 3, 1, 0);
        try (Events events = new Events("s", EventId.START, hub, shared, Sentences.ENGLISH, () -> {})) {
            assertThat(told(events)).isEmpty();
            call(owner, 7, true, new Event.Token(place, 3, "new"));
            await().untilAsserted(() -> assertThat(waiting(hub)).hasSize(1));
            call(old, 9, true, new Event.Token(place, 3, "old"));
            call(old, 10, false, new Event.Token(place, 6, "old"));
            call(owner, 7, true);
            call(owner, 8, false, new Event.Token(place, 4, "s"));
            await().untilAsserted(() -> assertThat(words(waiting(hub))).containsExactly("token news"));
            assertThat(asked).hasValue(0);
            call(owner, 10, false, new Event.Token(place, 5, "?"));
            await().untilAsserted(() -> assertThat(asked).hasValue(1));
            assertThat(words(waiting(hub))).containsExactly("token news");
        }
        following.close();
    }

    private void call(Telling.Origin origin, long number, boolean whole, Event... events) {
        Telling.Told told = new Telling.Told(origin, number, whole, List.of(events), 0, false, null);
        call(told);
    }

    private static List<Event> waiting(Hub hub) {
        hub.lock.lock();
        try {
            return hub.unstored();
        } finally {
            hub.lock.unlock();
        }
    }

    private static List<String> words(List<Event> events) {
        return events.stream().map(HostFixture::word).toList();
    }

    @Test
    void every_kind_of_event_can_be_called_from_node_to_node() {
        Event.Place place = new Event.Place("s", 3, 1, 2);
        Question question = new Question("s", "?", List.of("a"), true, false, true, Instant.now());
        List<Event> all = List.of(
                new Event.Token(place, 3, "new"),
                new Event.Said(place, new Message.Assistant("Hi."), true),
                new Event.Heard(place, Input.text("hi").id("i")),
                new Event.Ask(place, question),
                new Event.Effect(place, "e"),
                new Event.Tool(place, new dev.turbochat.step.ToolCall("i", "t", "{}"), Event.Tool.State.DONE, "x"),
                new Event.Restart(place),
                new Event.Retry(place, 2, Duration.ofMillis(1_234), "w"),
                new Event.Usage(place, new dev.turbochat.step.Usage(1, 2), "m"),
                new Event.Notice(place, "n"),
                new Event.Done(place, Json.of(List.of(1, "two"))),
                new Event.Done(place, null),
                new Event.Failed(place, "c", "m"));
        assertThat(all.stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(Event.class.getPermittedSubclasses()));
        Telling.Told told = new Telling.Told(new Telling.Origin("s", UUID.randomUUID(), 5), 6, true, all, 7, true, "q");
        assertThat(Telling.Told.of(Json.write(told))).isEqualTo(told);
        Signals.Delivered delivered = new Signals.Delivered("1:a\n😀", ":b");
        assertThat(Signals.Delivered.of(delivered.text())).isEqualTo(delivered);
    }
}
