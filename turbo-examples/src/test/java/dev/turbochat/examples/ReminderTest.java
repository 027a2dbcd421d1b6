package dev.turbochat.examples;

import dev.turbochat.testkit.Script;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReminderTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void it_reminds_when_the_time_has_come(boolean hibernating) {
        Script.of(chat -> Reminder.remind(chat, Duration.ofHours(1)))
                .hibernating(hibernating)
                .asks("What shall I remind you of?")
                .reply("tea")
                .asks("In how many seconds?")
                .reply("0")
                .asks("Time for: tea. Done?")
                .reply("yes")
                .says("Well done.")
                .returns(1);
    }
}
