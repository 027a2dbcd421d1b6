package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateTest {
    private final Fakes.FakeModel model = Fakes.model();
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();
    private final Memory memory = Memory.heap();

    @AfterEach
    void close() {
        memory.close();
    }

    private void run(Routine routine) throws InterruptedException {
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            runner.run("s", routine, frontEnd);
        }
    }

    @Test
    void the_reply_is_returned_shown_and_in_the_messages() throws Exception {
        model.then("all is well");
        run(chat -> {
            chat.user("how?");
            assertThat(chat.generate()).isEqualTo(new Message.Assistant("all is well"));
            assertThat(lines(chat.messages())).containsExactly("user: how?", "assistant: all is well");
        });
        assertThat(frontEnd.shown())
                .containsExactly("token all ", "token is ", "token well", "said all is well", "done null");
        assertThat(frontEnd.shown(Event.Said.class)).singleElement().matches(Event.Said::streamed);
    }

    @Test
    void tokens_have_the_place_of_their_call_and_offsets_that_add_up() throws Exception {
        model.then((prompt, listener) -> {
            listener.text("\uD83D\uDE00 ");
            listener.text("ok");
            return Completion.of("\uD83D\uDE00 ok", "fake");
        });
        run(chat -> {
            chat.user("how?");
            chat.generate();
        });
        assertThat(frontEnd.shown(Event.Token.class).stream().map(Event::id)).containsExactly("3.1.3", "3.1.5");
        assertThat(memory.read("s").get(3).body()).isEqualTo(new Body.Generating(Map.of()));
    }

    @Test
    void an_answer_that_did_not_stream_says_so() throws Exception {
        model.then((prompt, listener) -> Completion.of("whole", "fake"));
        run(Chat::generate);
        assertThat(frontEnd.shown(Event.Said.class)).singleElement().matches(said -> !said.streamed());
    }

    @Test
    void a_steps_settings_lie_over_the_runners() throws Exception {
        model.then("one").then("two");
        try (Runner runner = Runner.of(
                model,
                options -> options.settings(settings ->
                        settings.temperature(0.2).model("base").extra("a", 1).extra("b", 1)))) {
            runner.run(
                    "s",
                    chat -> {
                        chat.generate(g -> g.temperature(0.9)
                                .topP(0.5)
                                .maxTokens(7)
                                .stop("END")
                                .seed(4)
                                .presencePenalty(1)
                                .frequencyPenalty(-1)
                                .logitBias(Map.of("9", 3))
                                .reasoningEffort("low")
                                .user("u")
                                .responseFormat(Map.of("type", "json_object"))
                                .totalTimeout(Duration.ofSeconds(3))
                                .extra("b", 2));
                        chat.generate();
                    },
                    frontEnd);
        }
        assertThat(model.prompts.getFirst().settings().asMap())
                .isEqualTo(Map.ofEntries(
                        Map.entry("temperature", 0.9),
                        Map.entry("model", "base"),
                        Map.entry("session", "s"),
                        Map.entry("top_p", 0.5),
                        Map.entry("max_tokens", 7),
                        Map.entry("stop", List.of("END")),
                        Map.entry("seed", 4L),
                        Map.entry("presence_penalty", 1.0),
                        Map.entry("frequency_penalty", -1.0),
                        Map.entry("logit_bias", Map.of("9", 3)),
                        Map.entry("reasoning_effort", "low"),
                        Map.entry("user", "u"),
                        Map.entry("response_format", Map.of("type", "json_object")),
                        Map.entry("total_timeout", Duration.ofSeconds(3)),
                        Map.entry("extra", Map.of("a", 1, "b", 2))));
        assertThat(model.prompts.getLast().settings())
                .as("the next step has the runner's own again")
                .isEqualTo(Settings.none()
                        .temperature(0.2)
                        .model("base")
                        .extra("a", 1)
                        .extra("b", 1)
                        .with(Setting.SESSION, "s"));
    }

    @Test
    void a_setting_out_of_its_range_is_refused_by_name_before_anything_is_called() throws Exception {
        run(chat -> assertThatThrownBy(() -> chat.generate(g -> g.temperature(2.1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Setting 'temperature' was given 2.1; it must be 0.0 to 2.0."));
        assertThatThrownBy(() -> Settings.none().with(Setting.TEMPERATURE, Double.NaN))
                .hasMessage("Setting 'temperature' was given NaN; it must be 0.0 to 2.0.");
    }

    @Test
    void a_silent_answer_is_in_the_messages_and_nowhere_in_sight() throws Exception {
        model.then((prompt, listener) -> {
            listener.text("hidden");
            return new Completion(
                    List.of(new Message.Assistant("hidden", Message.Finish.LENGTH)), new Usage(3, 4), "fake");
        });
        run(chat -> {
            assertThat(chat.generate(g -> g.silent()).text()).isEqualTo("hidden");
            assertThat(lines(chat.messages())).containsExactly("assistant: hidden");
        });
        assertThat(frontEnd.shown()).containsExactly("usage 7", "done null");
    }

    @Test
    void an_answer_that_was_cut_at_its_limit_says_so() throws Exception {
        model.then((prompt, listener) ->
                new Completion(List.of(new Message.Assistant("half", Message.Finish.LENGTH)), new Usage(3, 4), "fake"));
        run(Chat::generate);
        assertThat(frontEnd.shown())
                .containsExactly(
                        "said half", "notice The answer was cut off at its limit of tokens.", "usage 7", "done null");
    }

    @Test
    void the_selector_is_given_all_candidates_and_its_choice_is_recorded() throws Exception {
        model.thenCandidates("a", "bb", "c");
        run(chat -> {
            Message.Assistant kept = chat.generate(g -> g.candidates(3, candidates -> {
                assertThat(lines(candidates)).containsExactly("assistant: a", "assistant: bb", "assistant: c");
                return 1;
            }));
            assertThat(kept.text()).isEqualTo("bb");
            assertThat(lines(chat.messages())).containsExactly("assistant: bb");
        });
        assertThat(model.prompts.getFirst().settings().get(Setting.N)).contains(3);
        assertThat(frontEnd.shown()).containsExactly("said bb", "done null");
        assertThat(memory.read("s"))
                .anySatisfy(entry -> assertThat(entry.body())
                        .isEqualTo(new Body.Generated(new Message.Assistant("bb"), 1, Usage.NONE, "fake")));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MAX_VALUE})
    void a_selector_out_of_range_is_refused(int chosen) {
        model.thenCandidates("a", "b");
        assertThatThrownBy(() -> run(chat -> chat.generate(g -> g.candidates(2, candidates -> chosen))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The selector chose candidate " + chosen + " of 2; it must return an index from 0 on.");
    }

    @Test
    void too_many_candidates_are_refused() throws Exception {
        run(chat -> assertThatThrownBy(() -> chat.generate(g -> g.candidates(129, candidates -> 0)))
                .hasMessage("Setting 'n' was given 129; it must be 1 to 128."));
    }

    @Test
    void what_a_selector_throws_reaches_the_program_and_its_replay_alike() throws Exception {
        model.thenCandidates("a", "b");
        Routine routine = chat -> {
            try {
                chat.generate(g -> g.candidates(2, candidates -> {
                    throw new UnsupportedOperationException("too dull");
                }));
            } catch (IllegalArgumentException e) {
                chat.say(String.valueOf(e.getMessage()));
            }
            chat.hear();
        };
        sleepThenWake(routine);
        assertThat(frontEnd.shown(Event.Said.class).stream()
                        .map(said -> said.message().text()))
                .containsExactly("The selector failed with java.lang.UnsupportedOperationException: too dull");
    }

    @Test
    void a_selector_out_of_range_can_be_caught_and_the_run_still_carries_on_after_a_restart() throws Exception {
        model.thenCandidates("a", "b");
        sleepThenWake(chat -> {
            try {
                chat.generate(g -> g.candidates(2, candidates -> 5));
            } catch (IllegalArgumentException e) {
                chat.say("none of them");
            }
            chat.hear();
        });
    }

    @Test
    void whatever_a_model_throws_can_be_caught_and_the_run_still_carries_on_after_a_restart() throws Exception {
        model.thenFail(new IllegalStateException("a bug"));
        Routine routine = chat -> {
            try {
                chat.generate();
            } catch (ModelException.Unavailable e) {
                chat.say(e.getMessage());
            }
            chat.hear();
        };
        sleepThenWake(routine);
        assertThat(frontEnd.shown(Event.Said.class).stream()
                        .map(said -> said.message().text()))
                .containsExactly("Model 'fake' is not available: it failed with java.lang.IllegalStateException: a bug;"
                        + " try again, or use another model.");
    }

    @Test
    void an_error_of_the_model_reaches_the_program_as_it_is_and_the_run_still_carries_on_after_a_restart()
            throws Exception {
        StackOverflowError error = new StackOverflowError();
        model.then((prompt, listener) -> {
            throw error;
        });
        AtomicReference<Throwable> first = new AtomicReference<>();
        sleepThenWake(chat -> {
            try {
                chat.generate();
            } catch (StackOverflowError | ModelException e) {
                first.compareAndSet(null, e);
                chat.say("sorry");
            }
            chat.hear();
        });
        assertThat(first.get()).isSameAs(error);
    }

    /** Runs it until it asks, wakes it again with an answer, and sees that the model was called once. */
    private void sleepThenWake(Routine routine) throws InterruptedException {
        assertThatThrownBy(() -> run(routine)).isInstanceOf(SessionException.SessionAsleep.class);
        int entries = memory.read("s").size();
        frontEnd.answers.add(Input.text("hi"));
        run(routine);
        assertThat(memory.read("s")).as("input, user message, end").hasSize(entries + 3);
        assertThat(model.calls()).isEqualTo(1);
    }

    @Test
    void a_models_failure_is_the_programs_to_catch_and_comes_again_as_the_same_type() throws Exception {
        List<ModelException> failures = List.of(
                new ModelException.AuthenticationFailed("m", "no", "set a key"),
                new ModelException.BadRequest("m", 400, "no"),
                new ModelException.ContextTooLong("m", "no"),
                new ModelException.RateLimited("m", Duration.ofSeconds(3), "no"),
                new ModelException.Unavailable("m", "no", null),
                new ModelException.TimedOut("m", "the first token", Duration.ofSeconds(3)),
                new ModelException.Filtered("m", "no"),
                new ModelException.Truncated("m"),
                new ModelException.EmptyAnswer("m"),
                new ModelException.StreamCut("m", 3, null),
                new ModelException.MalformedAnswer("m", "no", null));
        failures.forEach(model::thenFail);
        AtomicReference<String> caught = new AtomicReference<>("");
        Routine routine = chat -> {
            caught.set("");
            for (int i = 0; i < failures.size(); i++) {
                try {
                    chat.generate();
                } catch (ModelException e) {
                    caught.accumulateAndGet(e.getClass().getName() + e.getMessage() + e.model(), String::concat);
                }
            }
            chat.hear();
        };
        assertThatThrownBy(() -> run(routine)).isInstanceOf(SessionException.SessionAsleep.class);
        String live = caught.get();
        frontEnd.answers.add(Input.text("hi"));
        run(routine);
        assertThat(caught.get()).isEqualTo(live).contains("RateLimited", "MalformedAnswer");
        assertThat(model.calls()).isEqualTo(failures.size());
    }

    @Test
    void a_failure_leaves_no_message_behind() throws Exception {
        model.thenFail(new ModelException.EmptyAnswer("fake")).then("better");
        run(chat -> {
            chat.user("hi");
            assertThatThrownBy(chat::generate).isInstanceOf(ModelException.EmptyAnswer.class);
            assertThat(chat.generate().text()).isEqualTo("better");
        });
        assertThat(model.asked()).containsExactly("user: hi");
    }
}
