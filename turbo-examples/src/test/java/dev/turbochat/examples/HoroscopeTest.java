package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HoroscopeTest {
    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void tells_the_fortune_of_the_visitors_sign(Life life) {
        ScriptedModel model = ScriptedModel.replies("The stars favour tests.");

        life.lead(Script.ofRoutine(Horoscope::tell))
                .model(model)
                .context(new Horoscope.Visitor(1))
                .asks("What do you want to know?")
                .reply("Will it work?")
                .says("The stars favour tests.")
                .ends();

        assertThat(model.prompts())
                .containsExactly(new Prompt(
                        List.of(
                                new Message.System("You are a fortune teller"),
                                new Message.User("My zodiac sign is Taurus"),
                                new Message.User("Will it work?")),
                        Settings.none().temperature(0.9)));
    }
}
