package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Memory;
import dev.turbochat.step.Message;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TalkTest {
    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void the_conversation_grows_and_is_remembered(Life life) {
        try (Memory memory = Memory.heap()) {
            life.lead(Script.ofRoutine(chat -> Talk.talk(chat, "Be brief.")))
                    .memory(memory)
                    .replies("Hello.")
                    .hears()
                    .reply("Hi")
                    .says("Hello.")
                    .sleeps();

            ScriptedModel later = ScriptedModel.replies("You said Hi.");
            life.lead(Script.ofRoutine(chat -> Talk.talk(chat, "Be brief.")))
                    .memory(memory)
                    .model(later)
                    .hears()
                    .reply("What did I say?")
                    .says("You said Hi.")
                    .sleeps();

            assertThat(later.lastPrompt().messages())
                    .containsExactly(
                            new Message.System("Be brief."),
                            new Message.User("Hi"),
                            new Message.Assistant("Hello."),
                            new Message.User("What did I say?"));
        }
    }
}
