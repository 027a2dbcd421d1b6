package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** Runs of one session in some memory. */
abstract class SessionsFixture {
    final Memory memory;
    final Fakes.FakeModel model = Fakes.model("one", "two", "three");
    final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();

    SessionsFixture(Memory memory) {
        this.memory = memory;
    }

    @AfterEach
    void close() {
        memory.close();
    }

    Runner runner() {
        return Runner.of(model, options -> options.memory(memory).patience(Duration.ofSeconds(20)));
    }

    void run(Routine routine) throws InterruptedException {
        try (Runner runner = runner()) {
            runner.run("s", routine, frontEnd);
        }
    }

    void runAsleep(Routine routine) {
        assertThatThrownBy(() -> run(routine)).isInstanceOf(SessionException.SessionAsleep.class);
    }

    void answers(String... texts) {
        for (String text : texts) {
            frontEnd.answers.add(Input.text(text));
        }
    }
}
