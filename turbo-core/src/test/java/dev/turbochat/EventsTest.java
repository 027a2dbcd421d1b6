package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Message;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What readers of a session are told, whenever they come and go. */
@Timeout(60)
class EventsTest extends HostFixture {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** Everything that a program can show, twice over. */
    private static void everything(Chat chat) {
        for (int round = 0; round < 2; round++) {
            chat.say("Welcome.");
            chat.hear();
            chat.notice("One moment.");
            chat.generate();
            chat.effect("count", Integer.class, () -> 1);
            chat.ask("How many?", Integer.class);
            chat.generate(g -> g.silent());
            chat.aside(aside -> {
                aside.say("By the way.");
                return 1;
            });
            chat.confirm("Go on?");
        }
        chat.say("Bye.");
    }

    private static final List<String> INPUTS =
            List.of("hello", "many", "2", "perhaps", "yes", "hello again", "3", "yes");

    private void scriptModel() {
        for (int i = 0; i < 4; i++) {
            String text = "answer number " + i;
            model.then((prompt, listener) -> {
                for (int at = 0; at < text.length(); at++) {
                    listener.text(text.substring(at, at + 1));
                }
                return new Completion(List.of(new Message.Assistant(text)), new Usage(3, 4), "fake");
            });
        }
    }

    private static void hearing(Chat chat) {
        while (true) {
            chat.hear();
        }
    }

    @Test
    void what_another_node_stored_while_a_session_was_being_taken_is_told() throws Exception {
        Memory heap = memory;
        AtomicReference<Work> beforeOpening = new AtomicReference<>(() -> {});
        memory = new ForwardingMemory(heap) {
            @Override
            public Opening open(String session, String owner) {
                try {
                    beforeOpening.getAndSet(() -> {}).run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return super.open(session, owner);
            }
        };
        Host host = host(EventsTest::hearing);
        try (Events events = host.events("s", "")) {
            beforeOpening.set(() -> {
                assertThat(events.next(Duration.ZERO)).isEmpty();
                try (Runner other = Runner.of(model, o -> o.memory(heap).routine("p", 1, EventsTest::hearing))) {
                    other.host().deliver("s", "p", text("one"));
                }
            });
            host.deliver("s", "p", text("two"));
            List<String> told = new ArrayList<>();
            events.untilTurnEnds().forEach(event -> {
                if (event instanceof Event.Heard heard) {
                    told.add(heard.input().text());
                }
            });
            assertThat(told).containsExactly("one", "two");
        }
    }

    @Test
    void the_past_is_told_as_it_was_told_live() throws Exception {
        scriptModel();
        Host host = host(EventsTest::everything);
        List<Event> live = new ArrayList<>();
        try (Events events = host.events("s", null)) {
            for (String input : INPUTS) {
                host.deliver("s", "p", text(input));
                events.untilTurnEnds().forEach(live::add);
            }
        }
        List<Event> past = new ArrayList<>();
        try (Events events = host.events("s", "")) {
            events.untilTurnEnds().forEach(past::add);
        }
        live.removeIf(Event.Token.class::isInstance);
        assertThat(past)
                .extracting(Event::id)
                .isEqualTo(live.stream().map(Event::id).toList());
        assertThat(past)
                .extracting(HostFixture::word)
                .isEqualTo(live.stream().map(HostFixture::word).toList());
        assertThat(past).extracting(Event::id).doesNotHaveDuplicates();
        assertThat(past.getLast()).isInstanceOf(Event.Done.class);
    }

    @Test
    void a_reader_who_comes_back_at_any_event_has_had_everything_once() throws Exception {
        scriptModel();
        Host host = host(EventsTest::everything);
        List<Event> all = new ArrayList<>();
        try (Events events = host.events("s", null)) {
            for (String input : INPUTS) {
                host.deliver("s", "p", text(input));
                events.untilTurnEnds().forEach(all::add);
            }
        }
        for (int cut = 0; cut < all.size(); cut++) {
            List<Event> both = new ArrayList<>(all.subList(0, cut + 1));
            try (Events events = host.events("s", all.get(cut).id())) {
                events.untilTurnEnds().forEach(both::add);
            }
            assertThat(text(both)).as("cut after %s", all.get(cut)).isEqualTo(text(all));
            assertThat(both).extracting(Event::id).doesNotHaveDuplicates();
        }
    }

    /** What a reader makes of events: answers from their tokens as far as they came so, all else as it is. */
    private static List<String> text(List<Event> events) {
        List<String> lines = new ArrayList<>();
        StringBuilder answer = new StringBuilder();
        for (Event event : events) {
            if (event instanceof Event.Token token) {
                answer.append(token.text());
                assertThat(token.offset()).isEqualTo(answer.length());
            } else if (event instanceof Event.Restart) {
                answer.setLength(0);
                lines.add("restart");
            } else if (event instanceof Event.Said said && said.streamed()) {
                assertThat(answer).hasToString(said.message().text());
                lines.add("said " + answer);
                answer.setLength(0);
            } else {
                assertThat(answer).isEmpty();
                lines.add(word(event));
            }
        }
        return lines;
    }

    @Test
    void a_reader_who_comes_in_mid_answer_is_told_its_beginning_and_goes_on_live() throws Exception {
        Held held = new Held("Once upon", " a time");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("a story"));
        held.begun.await();
        try (Events late = host.events("s", null);
                Events resumed = host.events("s", "5.1.4")) {
            List<Event> told = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                told.add(late.next(LONG).orElseThrow());
            }
            assertThat(told).extracting(HostFixture::word).containsExactly("ask ", "heard a story", "token Once upon");
            assertThat(resumed.next(LONG)).get().extracting(HostFixture::word).isEqualTo("token  upon");
            assertThat(late.next(Duration.ofMillis(20))).isEmpty();
            held.proceed.countDown();
            assertThat(late.next(LONG)).get().extracting(HostFixture::word).isEqualTo("token  a time");
            assertThat(told(late)).containsExactly("said Once upon a time", "ask ");
            assertThat(told(resumed)).containsExactly("said Once upon a time", "ask ");
        }
    }

    @Test
    void readers_come_and_go_at_random_while_sessions_are_talked_to() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            model.then("The answer is " + i + " words long, more or less.");
        }
        Host host = host(
                chat -> {
                    while (true) {
                        chat.hear();
                        chat.generate();
                    }
                },
                options -> options.idle(Duration.ofMillis(random.nextInt(3))));
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch read = new CountDownLatch(4);
        List<List<Event>> readers = Collections.synchronizedList(new ArrayList<>());
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            Random mine = new Random(seed + i);
            inThread(
                    () -> {
                        List<Event> had = new ArrayList<>();
                        while (!over.get()) {
                            read(host, had, mine.nextInt(8));
                        }
                        read(host, had, Integer.MAX_VALUE);
                        readers.add(had);
                        read.countDown();
                    },
                    failures::add);
        }
        for (int i = 0; i < 200; i++) {
            host.deliver("s", "p", text("question " + i));
            if (random.nextInt(4) == 0) {
                told(host, "s");
            }
        }
        await().until(() -> answers("s").size() == 200 && model.calls() == 200);
        told(host, "s");
        over.set(true);
        read.await();
        assertThat(failures).isEmpty();
        for (List<Event> had : readers) {
            assertThat(had).as("seed %s", seed).extracting(Event::id).doesNotHaveDuplicates();
            assertThat(text(had).stream()
                            .filter(line -> line.startsWith("said"))
                            .toList())
                    .as("seed %s", seed)
                    .isEqualTo(generated("s").stream()
                            .map(message -> "said " + message.text())
                            .toList());
        }
    }

    private static void read(Host host, List<Event> had, int most) throws InterruptedException {
        try (Events events =
                host.events("s", had.isEmpty() ? null : had.getLast().id())) {
            for (int i = 0; i < most; i++) {
                Optional<Event> event = events.next(Duration.ofMillis(most == Integer.MAX_VALUE ? 300 : 5));
                if (event.isEmpty()) {
                    return;
                }
                had.add(event.get());
            }
        }
    }

    @Test
    void a_reader_who_does_not_read_fills_no_memory_and_misses_nothing() throws Exception {
        String text = "x".repeat(20_000);
        model.then((prompt, listener) -> {
            for (int i = 0; i < text.length(); i++) {
                listener.text("x");
            }
            return Completion.of(text, "fake");
        });
        Host host = host(HostFixture::talk);
        try (Events slow = host.events("s", null)) {
            host.deliver("s", "p", text("a lot"));
            told(host, "s");
            assertThat(slow.waiting()).isLessThanOrEqualTo(1_024);
            List<Event> all = new ArrayList<>();
            slow.untilTurnEnds().forEach(all::add);
            assertThat(text(all)).containsExactly("ask ", "heard a lot", "said " + text, "ask ");
            assertThat(all.size()).isLessThan(1_100);
        }
    }

    @Test
    void going_away_changes_nothing() throws Exception {
        Held held = new Held("Once", " more");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("hi"));
        held.begun.await();
        Events events = host.events("s", null);
        assertThat(events.next(LONG)).isPresent();
        events.close();
        events.close();
        assertThat(events.next(LONG)).isEmpty();
        held.proceed.countDown();
        assertThat(told(host, "s")).endsWith("said Once more", "ask ");
    }

    @Test
    void what_is_no_id_is_refused() {
        Host host = host(HostFixture::talk);
        for (String bad : List.of("x", "1.2", "1.2.3.4", "1.2.x", "1..3", "99999999999999999999.1.1")) {
            assertThatThrownBy(() -> host.events("s", bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "'" + bad + "' is not the id of an event; pass one as it came, such as 12.1.0, or none.");
        }
    }

    @Test
    void a_session_that_nobody_has_talked_to_has_no_events() {
        Host host = host(HostFixture::talk);
        assertThat(told(host, "nobody")).isEmpty();
        assertThat(memory.sessions()).isEmpty();
    }
}
