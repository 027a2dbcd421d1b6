package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Runner;
import dev.turbochat.Session;
import dev.turbochat.Turn;
import dev.turbochat.examples.Pizza.Order;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Models;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullTest {
    @Test
    void a_session_is_pulled_to_its_end(@TempDir Path folder) throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new StringReader("large\nyes\n"));
        StringWriter shown = new StringWriter();
        PrintWriter out = new PrintWriter(shown);
        try (Memory memory = Memory.file(folder);
                Runner runner = Runner.of(Models.of("eliza"), r -> r.memory(memory));
                Session<Order> session = runner.open("user-43", Pizza::order)) {
            Turn<Order> turn = session.next();
            while (turn instanceof Turn.AwaitingInput<Order> waiting) {
                out.println(waiting.prompt());
                turn = session.reply(in.readLine());
            }
            turn.said().forEach(message -> out.println(message.text())); // the last words are not lost
        }
        assertThat(shown.toString()).isEqualToIgnoringNewLines("""
                Which size?
                So: Order[size=LARGE]?
                In the oven.
                """);
    }
}
