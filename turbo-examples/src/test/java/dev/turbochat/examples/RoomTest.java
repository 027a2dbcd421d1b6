package dev.turbochat.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Runner;
import dev.turbochat.memory.Memory;
import dev.turbochat.testkit.ScriptedModel;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RoomTest {
    @Test
    void everybody_sees_what_anybody_says() throws Exception {
        ByteArrayOutputStream anns = new ByteArrayOutputStream();
        ByteArrayOutputStream bobs = new ByteArrayOutputStream();
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(
                        ScriptedModel.replies("Hello, Ann.", "Hello, Bob."),
                        r -> r.memory(memory).routine("room", 1, chat -> Talk.talk(chat, "Be brief.")))) {
            Room ann = new Room(runner.host(), "kitchen", "Ann", new PrintStream(anns, true, UTF_8));
            Room bob = new Room(runner.host(), "kitchen", "Bob", new PrintStream(bobs, true, UTF_8));
            Thread.ofVirtual().start(ann::show);
            Thread.ofVirtual().start(bob::show);
            ann.bring(new BufferedReader(new StringReader("I am Ann.\n\n")));
            bob.bring(new BufferedReader(new StringReader("I am Bob.")));
            Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
            while (Instant.now().isBefore(deadline) && !(isComplete(anns) && isComplete(bobs))) {
                Thread.sleep(Duration.ofMillis(5));
            }
        }
        assertThat(anns.toString(UTF_8)).isEqualTo("Hello, Ann.\nBob: I am Bob.\nHello, Bob.\n");
        assertThat(bobs.toString(UTF_8)).isEqualTo("Ann: I am Ann.\nHello, Ann.\nHello, Bob.\n");
    }

    private static boolean isComplete(ByteArrayOutputStream out) {
        return out.toString(UTF_8).endsWith("Hello, Bob.\n");
    }
}
