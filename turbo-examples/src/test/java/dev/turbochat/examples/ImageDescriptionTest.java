package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.Runner;
import dev.turbochat.error.ProgramException.EffectFailed;
import dev.turbochat.error.SessionException.SessionAsleep;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageDescriptionTest {
    private static final byte[] PIXEL = Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static EffectFailed failure(Life life, String image) {
        return life.lead(Script.ofRoutine(chat -> ImageDescription.describe(chat, image)))
                .fails(EffectFailed.class);
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void the_model_sees_the_image_at_each_question(Life life) throws IOException {
        Path file = Files.write(folder.resolve("cat.webp"), PIXEL);
        ScriptedModel model = ScriptedModel.replies("A cat.", "Grey.");
        life.lead(Script.ofRoutine(chat -> ImageDescription.describe(chat, file.toString())))
                .model(model)
                .says("A cat.")
                .hears()
                .reply("What colour is it?")
                .says("Grey.")
                .sleeps();
        assertThat(model.lastPrompt().messages().subList(1, 4))
                .containsExactly(
                        new Message.User(
                                List.of(Part.of("What is in this image?"), Part.Image.of(PIXEL, "image/webp")), null),
                        new Message.Assistant("A cat."),
                        new Message.User("What colour is it?"));
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void a_file_that_is_no_image_is_named(Life life) throws IOException {
        Path file = Files.writeString(folder.resolve("cat.png"), "Meow.");
        assertThat(failure(life, file.toString())).hasMessageContaining("cat.png' is not a PNG, JPEG, GIF or WebP");
        assertThat(failure(life, folder.resolve("dog.png").toString())).hasMessageContaining("is not there");
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void an_address_inside_the_network_is_not_fetched(Life life) {
        assertThat(failure(life, "http://127.0.0.1/cat.png")).hasMessageContaining("is not fetched");
    }

    @Test
    void the_user_may_send_another_image_along() throws Exception {
        Path file = Files.write(folder.resolve("cat.webp"), PIXEL);
        Part.Image other = Part.Image.of(PIXEL, "image/png");
        Deque<Input> inputs = new ArrayDeque<>(List.of(Input.text("And this?").parts(List.of(other))));
        ScriptedModel model = ScriptedModel.replies("A cat.", "Another.");
        try (Runner runner = Runner.of(model)) {
            assertThatThrownBy(() -> runner.run(
                            "s",
                            chat -> ImageDescription.describe(chat, file.toString()),
                            question -> Optional.ofNullable(inputs.poll())))
                    .isInstanceOf(SessionAsleep.class);
        }
        assertThat(model.lastPrompt().messages().getLast().parts()).containsExactly(Part.of("And this?"), other);
    }
}
