package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Usage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Models with one fault each fail the contract, where that fault is meant to be found. */
class ModelContractBitesTest {
    @Test
    void a_model_that_takes_a_cut_answer_for_a_whole_one_fails() {
        assertThat(MemoryContractBitesTest.failuresIn(Hasty.class))
                .contains(
                        "a_stream_ended_at_any_byte_is_an_error_until_the_answer_is_whole",
                        "a_stream_ended_between_two_chunks_is_an_error_until_the_answer_is_whole");
    }

    @Test
    void a_model_that_forgets_what_it_thought_fails() {
        assertThat(MemoryContractBitesTest.failuresIn(Forgetful.class))
                .containsExactly("signed_thoughts_go_back_to_who_signed_them_and_to_nobody_else");
    }

    @Test
    void a_model_that_tells_its_thoughts_as_its_answer_fails() {
        assertThat(MemoryContractBitesTest.failuresIn(Babbling.class))
                .contains("thoughts_are_heard_and_are_no_part_of_the_answer");
    }

    @Test
    void a_model_that_counts_the_cached_tokens_twice_fails() {
        assertThat(MemoryContractBitesTest.failuresIn(Miscounting.class))
                .contains("a_streamed_answer_is_told_piece_by_piece", "an_answer_in_one_piece_is_the_same");
    }

    /** Anthropic's format, and a model with a fault. */
    abstract static class Faulty extends ModelContract {
        private final UnaryOperator<Model> fault;

        Faulty(UnaryOperator<Model> fault) {
            this.fault = fault;
        }

        @Override
        protected ModelWire wire() {
            return new FaultyWire(fault);
        }
    }

    static final class Hasty extends Faulty {
        Hasty() {
            super(model -> named(model, (prompt, listener) -> {
                StringBuilder said = new StringBuilder();
                try {
                    return model.complete(prompt, said::append);
                } catch (ModelException.StreamCut e) {
                    return Completion.of(said.toString(), model.name());
                }
            }));
        }
    }

    static final class Forgetful extends Faulty {
        Forgetful() {
            super(model -> named(
                    model,
                    (prompt, listener) -> model.complete(
                            prompt.messages(prompt.messages().stream()
                                    .map(Forgetful::without)
                                    .toList()),
                            listener)));
        }

        private static Message without(Message message) {
            return message instanceof Message.Assistant answer
                    ? new Message.Assistant(
                            answer.parts().stream()
                                    .map(part -> part instanceof Part.Reasoning ? Part.of("-") : part)
                                    .toList(),
                            answer.finish(),
                            answer.calls())
                    : message;
        }
    }

    static final class Babbling extends Faulty {
        Babbling() {
            super(model -> named(
                    model,
                    (prompt, listener) -> model.complete(prompt, new Model.Listener() {
                        @Override
                        public void text(String piece) {
                            listener.text(piece);
                        }

                        @Override
                        public void reasoning(String piece) {
                            listener.text(piece);
                        }
                    })));
        }
    }

    static final class Miscounting extends Faulty {
        Miscounting() {
            super(model -> named(model, (prompt, listener) -> {
                Completion right = model.complete(prompt, listener);
                Usage usage = right.usage();
                return new Completion(
                        right.candidates(),
                        new Usage(
                                usage.prompt() + usage.cached(),
                                usage.completion(),
                                usage.cached(),
                                usage.written(),
                                usage.reasoning()),
                        right.model());
            }));
        }
    }

    private static Model named(Model model, Model faulty) {
        return new Model() {
            @Override
            public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
                return faulty.complete(prompt, listener);
            }

            @Override
            public String name() {
                return model.name();
            }
        };
    }

    private record FaultyWire(UnaryOperator<Model> fault) implements ModelWire {
        private static final ModelWire RIGHT = new AnthropicWire();

        @Override
        public Model model(String baseUrl, String key, boolean streamed) {
            return fault.apply(RIGHT.model(baseUrl, key, streamed));
        }

        @Override
        public Set<Capability> capabilities() {
            return RIGHT.capabilities();
        }

        @Override
        public String signed(String signature) {
            return RIGHT.signed(signature);
        }

        @Override
        public List<String> stream(Completion answer, int pieces) {
            return RIGHT.stream(answer, pieces);
        }

        @Override
        public int eventsBehindTheEnd() {
            return RIGHT.eventsBehindTheEnd();
        }

        @Override
        public String document(Completion answer) {
            return RIGHT.document(answer);
        }

        @Override
        public List<String> noise() {
            return RIGHT.noise();
        }

        @Override
        public Map<String, String> failuresInside() {
            return RIGHT.failuresInside();
        }

        @Override
        public List<Failure> failures() {
            return RIGHT.failures();
        }

        @Override
        public Map<String, String> endings() {
            return RIGHT.endings();
        }

        @Override
        public List<String> streamEnding(String text, String word) {
            return RIGHT.streamEnding(text, word);
        }

        @Override
        public String keyHeader() {
            return RIGHT.keyHeader();
        }

        @Override
        public Map<Place, String> places() {
            return RIGHT.places();
        }
    }
}
