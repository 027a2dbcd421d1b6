package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Tokenizer;
import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import dev.turbochat.step.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Windows as programs and runners set them, and summaries in the journal. */
class WindowTest {
    private static final Window.Summary SUMMARY = Window.summary(100);

    private final Memory memory = Memory.heap();
    private final Fakes.FakeModel model = Fakes.model();
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();

    @AfterEach
    void close() {
        memory.close();
    }

    private void run(Window window, Routine routine) throws InterruptedException {
        run("s", window, routine);
    }

    private void run(String session, Window window, Routine routine) throws InterruptedException {
        try (Runner runner = Runner.of(
                model, options -> options.memory(memory).window(window).strict(true))) {
            runner.run(session, routine, frontEnd);
        }
    }

    private List<Body> bodies() {
        return memory.read("s").stream().map(Entry::body).toList();
    }

    private <B extends Body> List<B> bodies(Class<B> kind) {
        return bodies().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static void say(Chat chat, int from, int to) {
        for (int i = from; i < to; i++) {
            chat.user("question " + i);
            chat.say("answer " + i);
        }
    }

    @Test
    void a_runners_window_holds_for_every_step_and_the_program_reads_everything() throws Exception {
        model.then("one").then("two");
        run(Window.last(3), chat -> {
            chat.system("Be brief.");
            say(chat, 0, 10);
            chat.user("and?");
            chat.generate();
            chat.user("and then?");
            chat.generate(g -> g.window(Window.all()));
            assertThat(chat.messages()).hasSize(25);
        });
        assertThat(lines(model.prompts.getFirst().messages()))
                .containsExactly("system: Be brief.", "user: question 9", "assistant: answer 9", "user: and?");
        assertThat(model.prompts.getLast().messages()).hasSize(24);
        assertThat(bodies(Body.Said.class)).as("nothing is cut off the journal").hasSize(23);
    }

    @Test
    void a_step_may_see_less() throws Exception {
        model.then("one");
        run(Window.all(), chat -> {
            say(chat, 0, 5);
            chat.user("alone");
            chat.generate(g -> g.temperature(0.5).window(Window.last(1)).silent());
        });
        assertThat(model.asked()).containsExactly("user: alone");
    }

    @Test
    void instructions_of_later_stay_too() throws Exception {
        model.then("one");
        run(Window.last(1), chat -> {
            chat.system("Be brief.");
            say(chat, 0, 2);
            chat.system("Speak French.");
            say(chat, 2, 4);
            chat.user("and?");
            chat.generate();
        });
        assertThat(model.asked()).containsExactly("system: Be brief.", "system: Speak French.", "user: and?");
    }

    @Test
    void a_pin_before_the_newest_does_not_part_a_call_from_its_result() throws Exception {
        ToolCall call = new ToolCall("1", "lookup", "{}");
        model.then("one");
        run(Window.all(), chat -> {
            chat.pinBeforeNewest("mood", "Be kind.");
            chat.user("hi");
            chat.emit(new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, List.of(call)));
            chat.emit(new Message.ToolResult(call, "found"));
            chat.generate();
        });
        assertThat(model.asked()).containsExactly("user: hi", "system: Be kind.", "assistant: ", "tool: found");
    }

    @Test
    void what_has_no_room_fails_before_any_call_and_the_program_may_go_on() throws Exception {
        AtomicReference<String> told = new AtomicReference<>();
        Routine program = chat -> {
            chat.user("x".repeat(400));
            try {
                chat.generate();
            } catch (ModelException.ContextTooLong e) {
                told.set(e.getMessage());
            }
            chat.clear();
            chat.user("hi");
            chat.generate();
            chat.ask("?");
        };
        model.then("hello");
        assertThatThrownBy(() -> run(Window.tokens(50), program)).isInstanceOf(SessionException.SessionAsleep.class);
        assertThat(told.get())
                .isEqualTo("Model 'fake' was not called: what must stay does not fit in the window of 50 tokens"
                        + " (the newest message: 138); say less there, or make the window larger.");
        assertThat(model.asked()).containsExactly("user: hi");
        told.set("");
        assertThatThrownBy(() -> run(Window.all(), program)).isInstanceOf(SessionException.SessionAsleep.class);
        assertThat(told.get()).as("in a replay it fails the same way").startsWith("Model 'fake' was not called");
        assertThat(model.calls()).isEqualTo(1);
    }

    @Test
    void tokens_are_counted_as_the_model_does_or_estimated() {
        Tokenizer counted = Tokenizer.of("openai:gpt-4o-mini");
        assertThat(counted.isEstimate()).isFalse();
        assertThat(counted.count("The quick brown fox jumps over the lazy dog."))
                .isEqualTo(10);
        assertThat(counted.count("<|endoftext|>")).as("no special token").isGreaterThan(1);
        assertThat(Tokenizer.of("openai:gpt-4").count("tiktoken is great!")).isEqualTo(6);
        assertThat(Tokenizer.of("openai:gpt-5,eliza")).isSameAs(counted);
        for (String other : List.of("anthropic:claude-x", "eliza", "openai:some-other", "http://localhost/v1#gpt-4o")) {
            assertThat(Tokenizer.of(other)).isSameAs(Tokenizer.ESTIMATE);
        }
        assertThat(Tokenizer.ESTIMATE.isEstimate()).isTrue();
        assertThat(Tokenizer.ESTIMATE.count("\u00E9\u00E9")).isEqualTo(2);
        assertThat(Tokenizer.ESTIMATE.count(Fakes.picture("look"))).isEqualTo(4 + 2 + 1_600);
    }

    private Routine summarised(List<List<String>> read) {
        return chat -> {
            chat.system("Be brief.");
            chat.pin("rule", "Be kind.");
            say(chat, 0, 6);
            chat.user("and?");
            chat.generate(g -> g.temperature(0.5));
            say(chat, 6, 11);
            chat.user("and then?");
            chat.generate();
            read.add(lines(chat.messages()));
            chat.ask("?");
        };
    }

    private void summaries() {
        model.then((prompt, listener) -> {
            listener.text("MIN");
            return new Completion(List.of(new Message.Assistant("MINUTES 1")), new Usage(30, 5), "fake");
        });
        model.then("one").then("MINUTES 2").then("two");
    }

    @Test
    void what_has_no_room_is_summarised_and_stays_in_the_journal() throws Exception {
        summaries();
        List<List<String>> read = new ArrayList<>();
        assertThatThrownBy(() -> run(SUMMARY, summarised(read))).isInstanceOf(SessionException.SessionAsleep.class);
        assertThat(model.calls()).isEqualTo(4);
        assertThat(lines(model.prompts.get(0).messages()).getLast())
                .contains("user: question 0\nassistant: answer 0\n")
                .doesNotContain("and?", "Be brief.");
        assertThat(model.prompts.get(0).settings().asMap())
                .as("the step's are the answer's")
                .doesNotContainKey("temperature");
        assertThat(lines(model.prompts.get(1).messages()))
                .startsWith(
                        "system: Be brief.",
                        "system: Be kind.",
                        "system: What was said before, in short:\nMINUTES 1",
                        "user: question 4")
                .endsWith("user: and?");
        assertThat(lines(model.prompts.get(2).messages()).getLast())
                .contains("Earlier minutes:\nMINUTES 1", "question 5");
        assertThat(model.asked()).contains("system: What was said before, in short:\nMINUTES 2");
        assertThat(model.asked().toString()).doesNotContain("MINUTES 1");
        for (var prompt : List.of(model.prompts.get(1), model.prompts.get(3))) {
            assertThat(prompt.messages().stream()
                            .mapToInt(Tokenizer.ESTIMATE::count)
                            .sum())
                    .isLessThanOrEqualTo(100);
        }
        assertThat(read.getFirst()).hasSize(1 + 22 + 4).contains("user: question 0", "assistant: answer 10");
        assertThat(bodies(Body.Summarised.class)).hasSize(2);
        assertThat(frontEnd.shown()).noneMatch(line -> line.contains("MIN"));
        assertThat(frontEnd.shown(Event.Usage.class)).hasSize(1);
        assertThat(Past.of("s", memory.read("s"), Sentences.ENGLISH))
                .as("it is told again in the same way")
                .containsAll(frontEnd.shown(Event.Usage.class));
    }

    @Test
    void a_replay_makes_no_call_and_sees_the_same() throws Exception {
        summaries();
        List<List<String>> read = new ArrayList<>();
        assertThatThrownBy(() -> run(SUMMARY, summarised(read))).isInstanceOf(SessionException.SessionAsleep.class);
        List<Entry> journal = memory.read("s");
        assertThatThrownBy(() -> run(Window.all(), summarised(read)))
                .isInstanceOf(SessionException.SessionAsleep.class);
        assertThat(model.calls()).isEqualTo(4);
        assertThat(read.getFirst()).isEqualTo(read.getLast());
        Replay.check(journal, Program.of(summarised(read))).orThrow();
        List<Message> seen = new Windowing(View.of(journal), SUMMARY, "fake").prompt();
        assertThat(seen.subList(0, seen.size() - 1))
                .isEqualTo(model.prompts.getLast().messages());
    }

    @Test
    void from_every_entry_on_it_comes_to_the_same() throws Exception {
        summaries();
        List<List<String>> read = new ArrayList<>();
        assertThatThrownBy(() -> run(SUMMARY, summarised(read))).isInstanceOf(SessionException.SessionAsleep.class);
        List<Entry> journal = memory.read("s");
        List<Message> last = model.prompts.getLast().messages();
        for (int length = 2; length < journal.size(); length++) {
            long made = journal.subList(0, length).stream()
                    .map(Entry::body)
                    .filter(body -> body instanceof Body.Summarised || body instanceof Body.Generated)
                    .count();
            Journal.create(memory, "copy-" + length, journal.subList(0, length));
            model.prompts.clear();
            List<String> answers = List.of("MINUTES 1", "one", "MINUTES 2", "two");
            answers.subList((int) made, 4).forEach(model::then);
            String copy = "copy-" + length;
            assertThatThrownBy(() -> run(copy, SUMMARY, summarised(read)))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            assertThat(model.calls()).as("after %d entries", length).isEqualTo(4 - (int) made);
            assertThat(read.getLast()).isEqualTo(read.getFirst());
            if (made < 4) {
                assertThat(model.prompts.getLast().messages()).isEqualTo(last);
            }
        }
    }

    @Test
    void a_summary_that_fails_fails_the_step_and_is_tried_again_at_the_next() throws Exception {
        List<String> told = new ArrayList<>();
        Routine program = chat -> {
            say(chat, 0, 9);
            chat.user("and?");
            try {
                chat.generate();
            } catch (ModelException.RateLimited e) {
                told.add(e.getMessage());
            }
            told.add(chat.generate().text());
            chat.ask("?");
        };
        model.thenFail(new ModelException.RateLimited("fake", null, "slow down"))
                .then("MINUTES")
                .then("one");
        for (int life = 0; life < 3; life++) {
            assertThatThrownBy(() -> run(SUMMARY, program)).isInstanceOf(SessionException.SessionAsleep.class);
        }
        assertThat(model.calls()).isEqualTo(3);
        assertThat(told).hasSize(6);
        assertThat(told.subList(2, 4)).isEqualTo(told.subList(0, 2));
    }

    @Test
    void a_stop_while_it_is_summarised_stops_the_answer() throws Exception {
        try (Runner runner = Runner.of(model, options -> options.memory(memory).window(SUMMARY))) {
            model.then((prompt, listener) -> {
                listener.text("MIN");
                runner.stop("s");
                throw new InterruptedException();
            });
            runner.run(
                    "s",
                    chat -> {
                        say(chat, 0, 9);
                        chat.user("and?");
                        assertThat(chat.generate()).isEqualTo(new Message.Assistant("", Message.Finish.STOPPED));
                    },
                    frontEnd);
        }
        assertThat(bodies(Body.Summarised.class)).isEmpty();
        assertThat(bodies(Body.Generated.class)).hasSize(1);
    }

    @Test
    void a_long_conversation_is_summarised_piece_by_piece() throws Exception {
        for (int i = 0; i < 40; i++) {
            model.then("MINUTES " + i);
        }
        Window.Summary shorter = SUMMARY.instruction("Sum up.");
        run(Window.all(), chat -> say(chat, 0, 40));
        run(shorter, chat -> {
            chat.user("and?");
            chat.generate();
            chat.clear();
            chat.user("anew");
            chat.generate();
        });
        int summaries = bodies(Body.Summarised.class).size();
        assertThat(summaries).isBetween(5, 15);
        assertThat(model.prompts.subList(0, summaries)).allSatisfy(prompt -> {
            assertThat(prompt.messages().getFirst().text()).isEqualTo("Sum up.");
            assertThat(Tokenizer.ESTIMATE.count(prompt.messages().getLast())).isLessThan(160);
        });
        assertThat(model.asked()).as("what is cleared has no summary").containsExactly("user: anew");
    }

    @Test
    void sizes_are_at_least_one() {
        assertThatThrownBy(() -> Window.last(0)).hasMessage("A window was given 0 messages; give it at least 1.");
        assertThatThrownBy(() -> Window.tokens(-1)).hasMessageContaining("-1 tokens");
        assertThatThrownBy(() -> Window.summary(0)).hasMessageContaining("0 tokens");
    }
}
