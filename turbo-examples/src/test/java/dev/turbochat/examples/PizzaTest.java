package dev.turbochat.examples;

import dev.turbochat.Replay;
import dev.turbochat.examples.Pizza.Order;
import dev.turbochat.examples.Pizza.Size;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.testkit.Script;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PizzaTest {
    @Test
    void asks_until_the_answers_fit_and_the_order_is_confirmed() {
        Script.of(Pizza::order)
                .asks("Which size?")
                .offers("small", "medium", "large")
                .reply("huge")
                .asksAgain()
                .reply("large")
                .asks("So: Order[size=LARGE]?")
                .offers("yes", "no")
                .reply("yes")
                .says("In the oven.")
                .returns(new Order(Size.LARGE));
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void an_order_that_is_not_confirmed_is_asked_for_again(Life life) {
        life.lead(Script.of(Pizza::order))
                .asks("Which size?")
                .reply("huge")
                .asksAgain()
                .reply("small")
                .asks("So: Order[size=SMALL]?")
                .reply("no")
                .asks("Which size?")
                .reply("2")
                .asks("So: Order[size=MEDIUM]?")
                .reply("yes")
                .says("In the oven.")
                .returns(new Order(Size.MEDIUM));
    }

    @Test
    void an_order_that_was_recorded_still_fits() throws InterruptedException {
        try (Memory memory = Memory.heap()) {
            Script.of(Pizza::order)
                    .memory(memory)
                    .asks("Which size?")
                    .reply("large")
                    .asks("So: Order[size=LARGE]?")
                    .reply("yes")
                    .says("In the oven.")
                    .returns(new Order(Size.LARGE));
            List<Entry> entries = memory.read(memory.sessions().getFirst().session());
            Replay.check(entries, Pizza::order).orThrow();
        }
    }
}
