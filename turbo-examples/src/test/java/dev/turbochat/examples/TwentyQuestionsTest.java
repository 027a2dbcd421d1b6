package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.step.Message;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TwentyQuestionsTest {
    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void the_model_wins_when_it_guesses(Life life) {
        ScriptedModel model = ScriptedModel.replies("Is it alive?", "Is it a cat?");
        life.lead(Script.of(chat -> TwentyQuestions.play(chat, 20)))
                .model(model)
                .notices("Think of a thing. I have 20 questions.")
                .says("Is it alive?")
                .asks("Your answer?")
                .reply("yes")
                .says("Is it a cat?")
                .asks("Your answer?")
                .reply("you guessed it")
                .says("Found it, after 2 of 20!")
                .returns(true);
        assertThat(model.lastPrompt().messages())
                .endsWith(
                        new Message.Assistant("Is it alive?"),
                        new Message.System("This is question 2 of 20."),
                        new Message.User("yes"));
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void the_user_wins_when_the_questions_are_used_up(Life life) {
        life.lead(Script.of(chat -> TwentyQuestions.play(chat, 1)))
                .replies("Is it a teapot?")
                .says("Is it a teapot?")
                .asks("Your answer?")
                .reply("no")
                .says("I give up. You win!")
                .returns(false);
    }
}
