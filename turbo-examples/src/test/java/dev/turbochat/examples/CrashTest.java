package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.FrontEnd;
import dev.turbochat.Runner;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import dev.turbochat.testkit.Failpoint;
import dev.turbochat.testkit.Failpoints;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrashTest {
    @ParameterizedTest
    @EnumSource
    void an_order_survives_a_crash_anywhere(Failpoint row) {
        Script.of(Pizza::order)
                .crashing(row)
                .asks("Which size?")
                .reply("large")
                .asks("So: Order[size=LARGE]?")
                .reply("yes")
                .says("In the oven.")
                .returns(new Pizza.Order(Pizza.Size.LARGE));
    }

    @Test
    void a_fortune_whose_call_was_cut_off_is_told_by_the_next_process() throws InterruptedException {
        ScriptedModel model = ScriptedModel.replies("The stars favour tests.");
        Failpoints memory = Failpoints.on(Memory.heap()).at(Failpoint.AFTER_INTENT, 2);
        try (memory;
                Runner runner = Runner.of(model, r -> r.memory(memory))) {
            assertThatThrownBy(() -> tell(runner)).isInstanceOf(Failpoints.Crashed.class);
            memory.restart();
            tell(runner); // as the next process would
        }
        assertThat(model.prompts()).hasSize(1);
    }

    private static void tell(Runner runner) throws InterruptedException {
        FrontEnd visitor = question -> Optional.of(Input.text("Will it work?"));
        runner.run("s", Horoscope::tell, visitor, start -> start.context(new Horoscope.Visitor(1)));
    }
}
