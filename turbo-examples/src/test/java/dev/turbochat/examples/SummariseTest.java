package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.ProgramException.EffectFailed;
import dev.turbochat.step.Message;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SummariseTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void the_text_of_the_file_goes_to_the_model(Life life) throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), "Once upon a time.");
        ScriptedModel model = ScriptedModel.replies("A tale.");
        life.lead(Script.of(chat -> Summarise.summarise(chat, new Summarise.Options(file, 3))))
                .model(model)
                .says("A tale.")
                .returns("A tale.");
        assertThat(model.lastPrompt().messages()).endsWith(new Message.User("Once upon a time."));
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void a_file_that_is_not_there_is_named(Life life) {
        Path file = folder.resolve("absent.txt");
        EffectFailed failure = life.lead(Script.of(chat -> Summarise.summarise(chat, new Summarise.Options(file, 3))))
                .fails(EffectFailed.class);
        assertThat(failure).hasMessageContaining("absent.txt").hasMessageContaining("NoSuchFileException");
    }
}
