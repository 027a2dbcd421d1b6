package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException.EffectFailed;
import dev.turbochat.step.Message;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuestionAnsweringTest {
    /** Four passages, each of a kind of its own. */
    private static final String LONG = "The teapot was made in Dresden.\n\n" + "The sea is deep. ".repeat(70) + "\n\n"
            + "The moon is far. ".repeat(70) + "\n\nThe kettle is from Delft. It was made in 1702.\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Script<@Nullable Void> about(Life life, String text, int passages, ScriptedModel model) throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        return life.lead(Script.ofRoutine(
                        chat -> QuestionAnswering.answer(chat, new QuestionAnswering.Options(file, passages))))
                .model(model);
    }

    private static String shown(ScriptedModel model) {
        return model.lastPrompt().messages().stream()
                .map(Message::text)
                .filter(text -> text.startsWith("Passages of"))
                .reduce((one, other) -> one + " TWICE " + other)
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void questions_are_answered_until_the_user_has_enough(Life life) throws IOException {
        ScriptedModel model = ScriptedModel.replies("In a hole.", "The text does not tell.");
        about(life, "In a hole there lived a hobbit.", 8, model)
                .notices("Ask about the text, or say 'enough'.")
                .asks("Your question?")
                .reply("Where did the hobbit live?")
                .says("In a hole.")
                .asks("Your question?")
                .reply("How old was he?")
                .says("The text does not tell.")
                .asks("Your question?")
                .reply("Enough ")
                .ends();
        assertThat(model.lastPrompt().messages().getFirst().text())
                .contains("from nothing else that you know")
                .contains("say that the text does not tell");
        assertThat(model.lastPrompt().messages().subList(1, 5))
                .containsExactly(
                        new Message.User("Where did the hobbit live?"),
                        new Message.Assistant("In a hole."),
                        new Message.User("Passages of the text:\n\nIn a hole there lived a hobbit."),
                        new Message.User("How old was he?"));
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void of_a_long_text_the_model_sees_what_is_asked_about(Life life) throws IOException {
        ScriptedModel model = ScriptedModel.replies("In Dresden.", "Very.");
        about(life, LONG, 1, model)
                .asks("Your question?")
                .reply("Where was the teapot made?")
                .says("In Dresden.")
                .asks("Your question?")
                .reply("How far is the moon, how far?")
                .says("Very.")
                .sleeps();
        assertThat(shown(model)).contains("The moon is far.").doesNotContain("Dresden", "sea", "TWICE");
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void a_question_may_be_about_the_one_before(Life life) throws IOException {
        ScriptedModel model = ScriptedModel.replies("Delft.", "1702.");
        about(life, LONG, 1, model)
                .asks("Your question?")
                .reply("Which town is the kettle from?")
                .says("Delft.")
                .asks("Your question?")
                .reply("And since when?")
                .says("1702.")
                .sleeps();
        assertThat(shown(model)).contains("made in 1702").doesNotContain("moon");
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void a_file_that_is_not_there_is_named(Life life) {
        Path file = folder.resolve("absent.txt");
        EffectFailed failure = life.lead(Script.ofRoutine(
                        chat -> QuestionAnswering.answer(chat, new QuestionAnswering.Options(file, 8))))
                .fails(EffectFailed.class);
        assertThat(failure).hasMessageContaining("absent.txt");
    }

    @Test
    void no_passages_at_all_are_refused() {
        assertThatThrownBy(() -> new QuestionAnswering.Options(folder, 0))
                .hasMessage("--passages was 0; show the model at least one");
    }
}
