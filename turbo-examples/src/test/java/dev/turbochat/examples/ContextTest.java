package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Chat;
import dev.turbochat.Runner;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Window;
import dev.turbochat.testkit.ScriptedModel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Windows as docs/context.md shows them. */
class ContextTest {
    private static final int MANY = 40;

    private static void tellMuch(Chat chat) {
        chat.system("Be brief.");
        for (int i = 1; i <= MANY; i++) {
            chat.user("Message " + i + ": " + "much to read ".repeat(100));
        }
    }

    private static void answerTheLast(Chat chat) {
        tellMuch(chat);
        chat.generate(g -> g.window(Window.last(10))); // for this one
    }

    private static List<Message> sent(ScriptedModel model) {
        List<Message> messages = model.lastPrompt().messages();
        assertThat(messages.getFirst()).isEqualTo(new Message.System("Be brief."));
        assertThat(messages.getLast().text()).startsWith("Message " + MANY);
        return messages;
    }

    @Test
    void a_window_is_for_a_step() throws Exception {
        ScriptedModel model = ScriptedModel.replies("Yes.");
        try (Runner runner = Runner.of(model)) {
            runner.run("s", ContextTest::answerTheLast, question -> Optional.empty());
        }
        assertThat(sent(model)).hasSizeLessThanOrEqualTo(11);
    }

    @Test
    void or_for_every_step() throws Exception {
        ScriptedModel model = ScriptedModel.replies("Yes.");
        try (Runner runner = Runner.of(model, r -> r.window(Window.tokens(8_000)))) { // for every step
            runner.run("s", ContextTest::tellAndAnswer, question -> Optional.empty());
        }
        assertThat(sent(model)).hasSizeLessThan(MANY);
    }

    private static void tellAndAnswer(Chat chat) {
        tellMuch(chat);
        chat.generate();
    }

    @Test
    void what_has_no_room_is_summarised() throws Exception {
        Window minutes = Window.summary(8_000)
                .instruction("Keep the minutes in French.")
                .settings(Settings.none().temperature(0));
        ScriptedModel model = ScriptedModel.replies();
        for (int i = 0; i < MANY; i++) {
            model.reply(prompt -> prompt.messages().toString().contains("French") ? "En bref." : "Yes.");
        }
        try (Runner runner = Runner.of(model, r -> r.window(minutes))) {
            runner.run("s", ContextTest::tellAndAnswer, question -> Optional.empty());
        }
        assertThat(sent(model))
                .hasSizeLessThan(MANY)
                .anyMatch(message -> message.text().contains("En bref."));
    }
}
