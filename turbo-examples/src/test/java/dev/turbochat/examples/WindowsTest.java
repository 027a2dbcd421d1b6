package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Chat;
import dev.turbochat.Runner;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Window;
import dev.turbochat.testkit.ScriptedModel;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The windows that docs/context.md shows. */
class WindowsTest {
    private static void count(Chat chat) {
        for (int i = 0; i < 20; i++) {
            chat.user("message " + i);
        }
        chat.generate();
        chat.generate(g -> g.window(Window.last(10))); // for this one
    }

    @Test
    void a_step_may_have_another_window_than_its_runner() throws Exception {
        ScriptedModel model = ScriptedModel.replies("one", "two");
        Runner runner = Runner.of(model, r -> r.window(Window.tokens(8_000))); // for every step
        try (runner) {
            runner.run("s", WindowsTest::count, question -> Optional.empty());
        }
        assertThat(model.prompts().get(0).messages()).hasSize(20);
        assertThat(model.prompts().get(1).messages()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void a_summary_is_made_as_it_is_told() throws Exception {
        Window window = Window.summary(8_000)
                .instruction("Keep the minutes in French.")
                .settings(Settings.none().temperature(0));
        ScriptedModel model = ScriptedModel.replies("D'abord, rien.", "Fine.");
        try (Runner runner = Runner.of(model, r -> r.window(window))) {
            runner.run(
                    "s",
                    chat -> {
                        chat.user("blah ".repeat(9_000));
                        chat.say("I see.");
                        chat.user("And now?");
                        chat.generate();
                    },
                    question -> Optional.empty());
        }
        assertThat(model.prompts().get(0).toString()).contains("Keep the minutes in French.");
        assertThat(model.prompts().get(1).messages()).contains(new Message.User("And now?"));
        assertThat(model.prompts().get(1).toString()).contains("D'abord, rien.");
    }
}
