package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.step.Input;
import java.util.function.UnaryOperator;

/** A program that asks for one value, and what the user is shown of it. */
abstract class TypedAskFixture {
    final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();
    UnaryOperator<Runner.Options> options = initial -> initial;

    enum Size {
        SMALL,
        MEDIUM_RARE,
        @Prompt("XXL (very big)")
        EXTRA_LARGE,
        EXTRA_SMALL
    }

    <R> R call(Program<R> program, String... answers) throws InterruptedException {
        for (String answer : answers) {
            frontEnd.answers.add(Input.text(answer));
        }
        try (Runner runner = Runner.of(Fakes.model(), options)) {
            return runner.call("s", program, frontEnd);
        }
    }

    <T> T ask(Class<T> type, String... answers) throws InterruptedException {
        return call(chat -> chat.ask("Well?", type), answers);
    }

    void refuses(Class<?> type, String good, String sentence, String... bad) throws InterruptedException {
        for (String answer : bad) {
            frontEnd.events.clear();
            ask(type, answer, good);
            assertThat(frontEnd.shown())
                    .as("answer '%s'", answer)
                    .startsWith("ask Well?", "notice " + sentence, "ask again Well?")
                    .hasSize(4);
        }
    }

    enum Nested {
        RED,
        RED_WINE
    }
}
