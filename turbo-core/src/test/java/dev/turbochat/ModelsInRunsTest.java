package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.ModelException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.FallbackModel;
import dev.turbochat.model.Model;
import dev.turbochat.model.RetryingModel;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a run makes of models that wrap models: which one answered is told and stored, and who asked is known to them. */
class ModelsInRunsTest {
    private final List<Event> events = new ArrayList<>();
    private final FrontEnd frontEnd = new FrontEnd() {
        @Override
        public Optional<Input> answer(Question question) {
            return Optional.empty();
        }

        @Override
        public void show(Event event) {
            events.add(event);
        }
    };

    private static final class Named implements Model {
        private final String name;
        private final List<String> sessions = new ArrayList<>();
        private int failures;

        Named(String name, int failures) {
            this.name = name;
            this.failures = failures;
        }

        @Override
        public Completion complete(dev.turbochat.model.Prompt prompt, Listener listener) {
            sessions.add(prompt.settings().get(Setting.SESSION).orElse("none"));
            if (failures-- > 0) {
                throw new ModelException.Unavailable(name, "it is down", null);
            }
            listener.text("Hi");
            return new Completion(List.of(new Message.Assistant("Hi")), new Usage(3, 4), name);
        }

        @Override
        public String name() {
            return name;
        }
    }

    @Test
    void who_answered_is_in_the_event_and_in_the_journal_and_a_further_try_is_told_and_not_stored() throws Exception {
        Named down = new Named("groq:a", 1);
        Named up = new Named("openai:b", 0);
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(FallbackModel.of(List.of(down, up)), r -> r.memory(memory))) {
            runner.run("s", chat -> chat.generate(), frontEnd);
            List<Body> bodies = memory.read("s").stream().map(Entry::body).toList();
            assertThat(bodies)
                    .filteredOn(Body.Generated.class::isInstance)
                    .extracting(body -> ((Body.Generated) body).model())
                    .containsExactly("openai:b");
            assertThat(bodies)
                    .filteredOn(Body.Generating.class::isInstance)
                    .extracting(body -> ((Body.Generating) body).settings())
                    .as("what a session is called is no setting of its own")
                    .allSatisfy(settings -> assertThat(settings).doesNotContainKey("session"));
        }
        assertThat(events)
                .hasSize(5)
                .satisfies(all -> assertThat(all.getFirst()).isInstanceOfSatisfying(Event.Retry.class, retry -> {
                    assertThat(retry.attempt()).isEqualTo(2);
                    assertThat(retry.why()).startsWith("Model 'groq:a' is not available: it is down");
                    assertThat(retry.id()).endsWith(".0.2");
                }))
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                Event.Usage.class,
                                usage -> assertThat(usage.model()).isEqualTo("openai:b")));
        assertThat(up.sessions).containsExactly("s");
    }

    @Test
    void what_fails_in_the_end_is_stored_by_its_type() throws Exception {
        Model never =
                RetryingModel.of(new Named("groq:a", 100), r -> r.waits(Duration.ofMillis(1), Duration.ofMillis(1)));
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(never, r -> r.memory(memory))) {
            runner.run(
                    "s",
                    chat -> {
                        try {
                            chat.generate();
                        } catch (ModelException.Unavailable e) {
                            chat.say("Sorry.");
                        }
                    },
                    frontEnd);
            assertThat(memory.read("s").stream().map(Entry::body).filter(Body.GenerateFailed.class::isInstance))
                    .extracting(body -> ((Body.GenerateFailed) body).code())
                    .containsExactly("unavailable");
        }
        assertThat(events).filteredOn(Event.Retry.class::isInstance).hasSize(2);
    }
}
