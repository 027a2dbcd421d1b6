package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.step.Message;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SelfAskTest {
    private static final String QUESTION = "Who was older, Ann or Bob?";

    private static Script<String> asked(Life life, int rounds, ScriptedModel model) {
        return life.lead(Script.of(chat -> SelfAsk.answer(chat, QUESTION, rounds)))
                .model(model);
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void simple_questions_come_before_the_answer(Life life) {
        ScriptedModel model = ScriptedModel.replies(
                "Follow up: How old was Ann?",
                "Ann was 30.",
                "Follow up: How old was Bob?",
                "Bob was 40.",
                "Enough",
                "Bob was.");
        asked(life, 4, model)
                .notices("It asks itself: How old was Ann?")
                .notices("And finds: Ann was 30.")
                .notices("It asks itself: How old was Bob?")
                .notices("And finds: Bob was 40.")
                .says("Bob was.")
                .returns("Bob was.");
        assertThat(model.lastPrompt().messages())
                .extracting(Message::text)
                .contains(QUESTION, "Intermediate answer: Ann was 30.", "Intermediate answer: Bob was 40.")
                .endsWith("Now answer, from what was found out: " + QUESTION);
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void each_is_answered_on_messages_of_its_own(Life life) {
        ScriptedModel model = ScriptedModel.replies("Follow up: How old was Ann?", "30.", "Enough", "Ann was.");
        asked(life, 4, model).says("Ann was.").returns("Ann was.");
        assertThat(model.prompts())
                .anySatisfy(prompt -> assertThat(prompt.messages())
                        .containsExactly(
                                new Message.System("Answer in one sentence. Say so if you do not know."),
                                new Message.User("How old was Ann?")));
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void it_does_not_go_on_asking_for_ever(Life life) {
        asked(
                        life,
                        2,
                        ScriptedModel.replies(
                                "Follow up: Who is Ann?", "A.", "Follow up: Who is Bob?", "B.", "Neither."))
                .says("Neither.")
                .returns("Neither.");
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void a_model_that_asks_nothing_answers_at_once(Life life) {
        asked(life, 4, ScriptedModel.replies("Why do you ask?", "Bob was."))
                .says("Bob was.")
                .returns("Bob was.");
    }
}
