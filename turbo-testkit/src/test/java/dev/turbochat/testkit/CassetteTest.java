package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassetteTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void choose() {
        file = folder.resolve("cassettes").resolve("talk.json");
    }

    private static Prompt prompt(String text) {
        return prompt(text, s -> s);
    }

    private static Prompt prompt(String text, UnaryOperator<Settings> settings) {
        return new Prompt(
                List.of(new Message.System("Be brief."), new Message.User(text)), settings.apply(Settings.none()));
    }

    private static String ask(Model model, Prompt prompt) throws InterruptedException {
        return model.complete(prompt, Model.Listener.NONE)
                .candidates()
                .getFirst()
                .text();
    }

    @Test
    void what_was_recorded_is_replayed_in_its_pieces_and_in_any_order() throws Exception {
        Cassette recording = Cassette.record(file, ScriptedModel.replies("Hello there.", "It is noon."));
        Completion hello = recording.complete(prompt("Hello!"), Model.Listener.NONE);
        Completion noon = recording.complete(prompt("What time?", s -> s.temperature(0.5)), Model.Listener.NONE);

        Cassette cassette = Cassette.replay(file);
        assertThat(cassette.unused()).isEqualTo(2);
        List<String> pieces = new ArrayList<>();
        Prompt later = prompt(
                "What time?",
                s -> s.temperature(0.5).totalTimeout(Duration.ofSeconds(3)).with(Setting.SESSION, "another"));
        assertThat(cassette.complete(later, pieces::add)).isEqualTo(noon);
        assertThat(pieces).containsExactly("It ", "is ", "noon.");
        assertThat(cassette.complete(prompt("Hello!"), Model.Listener.NONE)).isEqualTo(hello);
        assertThat(cassette.unused()).isZero();
        assertThat(cassette.name()).isEqualTo("scripted");
    }

    @Test
    void who_asks_the_same_again_gets_the_next_answer_and_then_none() throws Exception {
        Cassette recording = Cassette.record(file, ScriptedModel.replies("Heads.", "Heads.", "Tails."));
        ask(recording, prompt("Toss!"));
        ask(recording, prompt("Toss!"));
        ask(recording, prompt("Toss!"));
        Cassette cassette = Cassette.replay(file);
        assertThat(ask(cassette, prompt("Toss!"))).isEqualTo("Heads.");
        assertThat(ask(cassette, prompt("Toss!"))).isEqualTo("Heads.");
        assertThat(ask(cassette, prompt("Toss!"))).isEqualTo("Tails.");
        assertThatThrownBy(() -> ask(cassette, prompt("Toss!")))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("The model was asked for the 4. time what cassette " + file
                        + " holds 3 answers to; record anew with -Dturbo.cassettes=record, or see why it is asked.");
    }

    @Test
    void an_unknown_prompt_fails_and_shows_the_nearest() throws Exception {
        Cassette recording = Cassette.record(file, ScriptedModel.replies("1", "2"));
        ask(recording, new Prompt(List.of(new Message.User("Something else entirely")), Settings.none()));
        ask(recording, prompt("Which pizza?", s -> s.temperature(0.5)));
        assertThatThrownBy(() -> ask(Cassette.replay(file), prompt("Which pasta?", s -> s.temperature(0.5))))
                .isInstanceOf(AssertionError.class)
                .hasMessage("The model was asked what cassette " + file + " does not hold; record anew with"
                        + " -Dturbo.cassettes=record, or see why it is asked.\n"
                        + """
                        The nearest that it holds differs so (- recorded, + asked):
                          ...
                            }, {
                              "parts" : [ {
                        -       "text" : "Which pizza?",
                        +       "text" : "Which pasta?",
                                "type" : "text"
                              } ],""");
    }

    @Test
    void failures_fail_as_they_did() throws Exception {
        ScriptedModel model = ScriptedModel.replies()
                .fail(new ModelException.RateLimited("m", Duration.ofSeconds(7), "slow down"))
                .reply("Fine.");
        Cassette recording = Cassette.record(file, model);
        assertThatThrownBy(() -> ask(recording, prompt("Hello!"))).isInstanceOf(ModelException.RateLimited.class);
        ask(recording, prompt("Hello!"));
        Cassette cassette = Cassette.replay(file);
        assertThatThrownBy(() -> ask(cassette, prompt("Hello!")))
                .isInstanceOfSatisfying(
                        ModelException.RateLimited.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(7)))
                .hasMessage("Model 'm' has had too many requests (slow down); try again in 7 seconds.");
        assertThat(ask(cassette, prompt("Hello!"))).isEqualTo("Fine.");
    }

    @Test
    void secrets_and_bytes_are_not_in_the_file_and_the_prompt_is_found_all_the_same() throws Exception {
        Prompt prompt = new Prompt(
                List.of(new Message.User(
                        List.of(Part.of("My \"code\" is sesame-\"4711\""), Part.Image.of(new byte[1_000], "image/png")),
                        null)),
                Settings.none().extra("api_key", "sesame-\"4711\""));
        Cassette recording = Cassette.record(file, ScriptedModel.replies("sesame-\"4711\" it is"))
                .hiding("sesame-\"4711\"");
        ask(recording, prompt);
        assertThat(Files.readString(file))
                .doesNotContain("4711", "AAAAAAAA")
                .contains("My \\\"code\\\" is ***", "data:image/png;sha256,");
        assertThat(ask(Cassette.replay(file).hiding("sesame-\"4711\""), prompt)).isEqualTo("*** it is");
    }

    @Test
    void the_property_says_whether_to_record() throws Exception {
        assertThatThrownBy(() -> Cassette.of(file, () -> ScriptedModel.replies("Hi")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("talk.json cannot be read")
                .hasMessageEndingWith("record it with -Dturbo.cassettes=record.");
        System.setProperty(Cassette.PROPERTY, "record");
        try {
            ask(Cassette.of(file, () -> ScriptedModel.replies("Hi")), prompt("Hello!"));
            ask(Cassette.of(file, () -> ScriptedModel.replies("Hi again")), prompt("Hello!"));
        } finally {
            System.clearProperty(Cassette.PROPERTY);
        }
        assertThat(ask(
                        Cassette.of(file, () -> {
                            throw new AssertionError("Nothing is called.");
                        }),
                        prompt("Hello!")))
                .isEqualTo("Hi again");
    }

    @Test
    void a_file_that_is_none_is_named() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "[]");
        assertThatThrownBy(() -> Cassette.replay(file))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("Cassette " + file + " is none");
    }

    @Test
    void a_program_is_played_with_a_recorded_model() throws Exception {
        ask(
                Cassette.record(file, ScriptedModel.replies("Hello there.")),
                new Prompt(List.of(new Message.User("Hi")), Settings.none()));
        Script.ofRoutine(chat -> {
                    chat.user("Hi");
                    chat.generate();
                })
                .model(Cassette.replay(file))
                .says("Hello there.")
                .ends();
    }
}
