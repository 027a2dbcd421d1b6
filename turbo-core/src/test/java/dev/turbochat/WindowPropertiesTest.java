package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.memory.Body;
import dev.turbochat.model.Tokenizer;
import dev.turbochat.step.Example;
import dev.turbochat.step.Message;
import dev.turbochat.step.Pin;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import dev.turbochat.step.Window;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every prompt, whatever was said and however small the window is. */
class WindowPropertiesTest {
    private static final int SIZES = 24;
    private static final String MODEL = "fake";

    static IntStream seeds() {
        return IntStream.range(0, 10);
    }

    /** Says things at random. */
    private static final class Talk {
        private final Random random;
        private final List<Body> bodies = new ArrayList<>();
        private int said;

        Talk(long seed) {
            random = new Random(seed);
        }

        private String text() {
            return "message " + said++ + " x".repeat(random.nextInt(12));
        }

        private Body.Generated generated(Message.Assistant answer) {
            return new Body.Generated(answer, 0, Usage.NONE, MODEL);
        }

        /** One turn, of one entry or several. */
        List<Body> next(boolean heads) {
            int from = bodies.size();
            switch (random.nextInt(heads ? 16 : 10)) {
                case 0, 1, 2 -> bodies.add(new Body.Said(new Message.User(text())));
                case 3, 4 -> bodies.add(generated(new Message.Assistant(text())));
                case 5 -> bodies.add(new Body.Said(new Message.Assistant(text())));
                case 6, 7 -> tools(1 + random.nextInt(3));
                case 8 -> bodies.add(generated(new Message.Assistant("", Message.Finish.STOPPED)));
                case 9 -> tools(0);
                case 10, 11 -> bodies.add(new Body.Said(new Message.System(text())));
                case 12, 13 -> {
                    Pin.Place place = random.nextBoolean() ? Pin.Place.TOP : Pin.Place.BEFORE_NEWEST;
                    bodies.add(new Body.Pinned(new Pin("" + random.nextInt(3), new Message.System(text()), place)));
                }
                case 14 -> bodies.add(new Body.ExampleGiven(new Message.User(text()), new Message.Assistant(text())));
                default -> {
                    if (random.nextInt(6) == 0) {
                        bodies.add(new Body.Cleared());
                    }
                }
            }
            return bodies.subList(from, bodies.size());
        }

        /** Several calls at once, and their results in any order, with a word from outside among them; or without any. */
        private void tools(int results) {
            List<ToolCall> calls = IntStream.range(0, Math.max(1, results))
                    .mapToObj(i -> new ToolCall("call-" + said + "-" + i, "lookup", "{}"))
                    .toList();
            bodies.add(generated(
                    new Message.Assistant(new Message.Assistant(text()).parts(), Message.Finish.TOOL_CALLS, calls)));
            List<ToolCall> answered = new ArrayList<>(calls.subList(0, results));
            Collections.shuffle(answered, random);
            for (ToolCall call : answered) {
                if (random.nextInt(5) == 0) {
                    bodies.add(new Body.Posted(new Message.User(text()), "post-" + said));
                }
                bodies.add(new Body.Said(new Message.ToolResult(call, text())));
            }
        }
    }

    /** What a window shows of a view, checked. */
    private static final class Checked {
        final List<Message> prompt;
        final List<Message> body;
        private final Window window;

        Checked(View view, Window window) {
            this.window = window;
            prompt = new Windowing(view, window, MODEL).prompt();
            Set<Message> fixed = Collections.newSetFromMap(new IdentityHashMap<>());
            view.examples().forEach(example -> fixed.addAll(List.of(example.user(), example.assistant())));
            view.pins().forEach(pin -> fixed.add(pin.message()));
            body = prompt.stream()
                    .filter(message -> !(message instanceof Message.System) && !fixed.contains(message))
                    .toList();
            List<Message> said = view.messages().stream().filter(Seams::isSent).toList();
            List<Message> systems = said.stream()
                    .filter(message -> message instanceof Message.System)
                    .toList();
            Set<Message> sent = Collections.newSetFromMap(new IdentityHashMap<>());
            sent.addAll(prompt);
            assertThat(sent).hasSameSizeAs(prompt).hasSize(body.size() + fixed.size() + systems.size());
            assertThat(sent.containsAll(fixed) && sent.containsAll(systems)).isTrue();
            if (!said.isEmpty()) {
                assertThat(sent.contains(said.getLast())).isTrue();
            }
            if (said.size() > systems.size()) {
                assertThat(body).isNotEmpty();
            }
            List<Message> rest = said.stream()
                    .filter(message -> sent.contains(message) && !(message instanceof Message.System))
                    .toList();
            assertThat(body).as("in order, results in that of their calls").isEqualTo(View.asSent(rest));
            pairs(said);
        }

        private void pairs(List<Message> said) {
            Set<String> called = new HashSet<>();
            Set<String> answered = new HashSet<>();
            for (Message message : prompt) {
                if (message instanceof Message.Assistant answer) {
                    answer.calls().forEach(call -> called.add(call.id()));
                } else if (message instanceof Message.ToolResult result) {
                    assertThat(called).as("its call stands before it").contains(result.callId());
                    answered.add(result.callId());
                }
            }
            for (Message message : said) {
                if (message instanceof Message.ToolResult result && called.contains(result.callId())) {
                    assertThat(answered).as("its result is there").contains(result.callId());
                }
            }
            assertThat(body.stream().limit(1)).noneMatch(message -> message instanceof Message.ToolResult);
        }

        /** Where the conversation begins, without the user message that is sent before it. */
        Cut cut(View view) {
            Cut cut = window instanceof Window.Last(int messages)
                    ? Cut.last(view.seams(), view.costs("messages", message -> 1), messages)
                    : Cut.within(
                            view.seams(),
                            view.costs(Tokenizer.ESTIMATE, Tokenizer.ESTIMATE::count),
                            ((Window.Tokens) window).budget() - tokens(prompt) + tokens(body));
            List<Message> rest =
                    view.messages().subList(cut.start(), view.messages().size());
            assertThat(body.stream().skip(cut.opening() < 0 ? 0 : 1))
                    .containsExactlyElementsOf(View.asSent(rest.stream()
                            .filter(message -> Seams.isSent(message) && !(message instanceof Message.System))
                            .toList()));
            return cut;
        }
    }

    private static Stream<Window> windows() {
        return IntStream.rangeClosed(1, SIZES)
                .boxed()
                .flatMap(size -> Stream.of(Window.last(size), Window.tokens(12 * size)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pairs_instructions_and_the_newest_stay_at_every_size(int seed) {
        Talk talk = new Talk(seed);
        View view = new View();
        for (int turn = 0; turn < 40; turn++) {
            talk.next(true).forEach(view::apply);
            windows().forEach(window -> {
                try {
                    Checked checked = new Checked(view, window);
                    check(view, window, checked);
                } catch (ModelException.ContextTooLong e) {
                    assertThat(smallest(view)).isGreaterThan(((Window.Tokens) window).budget());
                }
            });
        }
    }

    private static long tokens(List<Message> messages) {
        return messages.stream().mapToLong(Tokenizer.ESTIMATE::count).sum();
    }

    /** What the smallest window must have room for. */
    private static long smallest(View view) {
        List<Message> said = view.messages();
        List<Message> newest = said.subList(view.seams().last(), said.size());
        View fixed = new View();
        view.pins().forEach(pin -> fixed.apply(new Body.Pinned(pin)));
        view.examples().forEach(example -> fixed.apply(new Body.ExampleGiven(example.user(), example.assistant())));
        said.stream()
                .filter(message -> message instanceof Message.System)
                .map(Body.Said::new)
                .forEach(fixed::apply);
        return tokens(fixed.prompt())
                + tokens(View.asSent(newest).stream()
                        .filter(message -> !(message instanceof Message.System))
                        .toList());
    }

    private static void check(View view, Window window, Checked checked) {
        List<Message> body = checked.body;
        boolean whole = body.size()
                == view.messages().stream()
                        .filter(message -> Seams.isSent(message) && !(message instanceof Message.System))
                        .count();
        if (window instanceof Window.Tokens(int budget)) {
            assertThat(tokens(checked.prompt)).isLessThanOrEqualTo(budget);
        }
        if (window instanceof Window.Last(int messages)) {
            List<Message> said = view.messages();
            int newest = View.asSent(said.subList(view.seams().last(), said.size()))
                    .size(); // with the calls that it answers
            assertThat(body.size()).isLessThanOrEqualTo(Math.max(messages, newest) + 1);
            if (!whole) {
                boolean users = view.seams().userBefore(checked.cut(view).start() + 1) >= 0;
                assertThat(body.getFirst() instanceof Message.Assistant).isEqualTo(!users);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void what_was_dropped_does_not_come_back(int seed) {
        Talk talk = new Talk(1_000 + seed);
        View view = new View();
        view.apply(new Body.Said(new Message.System("Be brief.")));
        view.apply(new Body.Pinned(new Pin("rule", new Message.System("Be kind."), Pin.Place.TOP)));
        int[] before = new int[2 * SIZES];
        for (int turn = 0; turn < 60; turn++) {
            talk.next(false).forEach(view::apply);
            List<Window> windows = windows().toList();
            for (int i = 0; i < windows.size(); i++) {
                try {
                    int first = new Checked(view, windows.get(i)).cut(view).start();
                    assertThat(first).as("%s in turn %d", windows.get(i), turn).isGreaterThanOrEqualTo(before[i]);
                    before[i] = first;
                } catch (ModelException.ContextTooLong e) {
                    assertThat(windows.get(i)).isInstanceOf(Window.Tokens.class);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void it_does_not_matter_when_the_prompt_was_looked_at_before(int seed) {
        Talk talk = new Talk(2_000 + seed);
        Random random = new Random(seed);
        View live = new View();
        for (int turn = 0; turn < 60; turn++) {
            talk.next(true).forEach(live::apply);
            Window window = random.nextBoolean()
                    ? Window.last(1 + random.nextInt(20))
                    : Window.tokens(1_000 + random.nextInt(500));
            View replayed = new View();
            talk.bodies.forEach(replayed::apply);
            assertThat(new Windowing(live, window, MODEL).prompt())
                    .isEqualTo(new Windowing(replayed, window, MODEL).prompt());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 40, 200})
    void the_prompt_keeps_its_beginning_for_a_block_at_a_time(int size) {
        View view = new View();
        view.apply(new Body.Said(new Message.System("Be brief.")));
        Window last = Window.last(size);
        Window tokens = Window.tokens(20 * size);
        Set<Message> lasts = new HashSet<>();
        Set<Message> firsts = new HashSet<>();
        int turns = 2_000;
        long all = 0;
        for (int turn = 0; turn < turns; turn++) {
            Message.User user = new Message.User("question " + turn + " " + "x".repeat(turn % 23));
            Message.Assistant answer = new Message.Assistant("answer " + turn + " " + "x".repeat(turn % 31));
            all += tokens(List.of(user, answer));
            view.apply(new Body.Said(user));
            Checked counted = new Checked(view, tokens);
            lasts.add(new Checked(view, last).body.getFirst());
            firsts.add(counted.body.getFirst());
            if (all > 40L * size) {
                assertThat(tokens(counted.prompt)).as("the window is used").isGreaterThan(10L * size);
            }
            view.apply(new Body.Said(answer));
        }
        assertThat(lasts).hasSizeLessThanOrEqualTo(2 * turns / Math.max(1, size / 4) + 1);
        assertThat(firsts).hasSizeLessThanOrEqualTo((int) (all / (20 * size / 8)) + 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 60, 200})
    void in_a_long_row_of_tool_calls_the_task_stays(int size) {
        View view = new View();
        Message.User task = new Message.User("Find out who did it.");
        view.apply(new Body.Said(task));
        for (int round = 0; round < 100; round++) {
            ToolCall call = new ToolCall("call-1", "lookup", "{}"); // an id may come again
            view.apply(new Body.Said(new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, List.of(call))));
            view.apply(new Body.Said(new Message.ToolResult(call, "not " + round)));
            for (Window window : List.of(Window.last(size / 10), Window.tokens(3 * size))) {
                List<Message> prompt = new Windowing(view, window, MODEL).prompt();
                assertThat(prompt.getFirst()).isEqualTo(task);
                assertThat(prompt.get(1)).isInstanceOf(Message.Assistant.class);
                assertThat(prompt.size() % 2).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_late_result_brings_its_call_along(int size) {
        View view = new View();
        ToolCall call = new ToolCall("late", "lookup", "{}");
        view.apply(new Body.Said(new Message.User("one")));
        view.apply(new Body.Said(new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, List.of(call))));
        view.apply(new Body.Said(new Message.Assistant("I wait.")));
        view.apply(new Body.Said(new Message.User("two")));
        view.apply(new Body.Said(new Message.ToolResult(call, "found")));
        assertThat(new Checked(view, Window.last(size)).body).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 55})
    void what_must_stay_and_has_no_room_is_named(int budget) {
        View view = new View();
        view.apply(new Body.Said(new Message.System("Be brief. ".repeat(10))));
        view.apply(new Body.Pinned(new Pin("rule", new Message.System("Be kind. ".repeat(5)), Pin.Place.TOP)));
        Example example = new Example(new Message.User("2+2"), new Message.Assistant("4"));
        view.apply(new Body.ExampleGiven(example.user(), example.assistant()));
        view.apply(new Body.Said(new Message.User("hi")));
        assertThatThrownBy(() -> new Windowing(view, Window.tokens(budget), MODEL).prompt())
                .isInstanceOf(ModelException.ContextTooLong.class)
                .hasMessage("Model 'fake' was not called: what must stay does not fit in the window of " + budget
                        + " tokens (the system messages: 39, pin 'rule': 20, the examples: 11, the newest message: 5);"
                        + " say less there, or make the window larger.");
    }

    @Test
    void a_prompt_costs_what_is_in_the_window() {
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Window> windows = List.of(Window.last(20), Window.tokens(300), Window.summary(300));
        long[] least = new long[2];
        for (int i = 0; i < 2; i++) {
            View view = new View();
            int length = i == 0 ? 100 : 10_000;
            for (int turn = 0; turn < length / 2; turn++) {
                view.apply(new Body.Said(new Message.User("question " + turn)));
                view.apply(new Body.Said(new Message.Assistant("answer " + turn)));
            }
            view.apply(new Body.Summarised(length - 10, "Questions were answered.", Usage.NONE, MODEL));
            windows.forEach(window -> new Windowing(view, window, MODEL).prompt()); // counts what has come
            least[i] = Long.MAX_VALUE;
            for (int time = 0; time < 50; time++) {
                long before = thread.getCurrentThreadAllocatedBytes();
                windows.forEach(window -> new Windowing(view, window, MODEL).prompt());
                least[i] = Math.min(least[i], thread.getCurrentThreadAllocatedBytes() - before);
            }
        }
        assertThat(least[1]).isLessThan(2 * least[0]);
    }
}
