package dev.turbochat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.cli.Command.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A chat in session 's', in a process of its own, that a test talks with line by line. */
final class Chat implements AutoCloseable {
    private final ModelServer model = new ModelServer().always(out -> {
        ModelServer.startStream(out);
        ModelServer.piece(out, "I see.");
        ModelServer.write(out, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    });
    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;

    Chat(Path data, String memory) throws IOException {
        process = Command.turbo(
                        data, "run", "chat", "--session", "s", "--model", model.url() + "#m", "--memory", memory)
                .start();
        out = process.inputReader(StandardCharsets.UTF_8);
        in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    long pid() {
        return process.pid();
    }

    Chat says(String text) {
        in.println(text);
        return this;
    }

    /** The next line that it prints. */
    String line() throws IOException {
        return String.valueOf(out.readLine());
    }

    void isAnswered() throws IOException {
        assertThat(line()).isEqualTo("I see.");
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The end of its input, and then of itself; what it had not said yet. */
    Result ends() throws IOException, InterruptedException {
        in.close();
        return end();
    }

    /** Says the sentence, and nothing else, and ends with code 1. */
    void fails(String sentence) throws IOException, InterruptedException {
        Result result = end();
        assertThat(result.err()).isEqualTo("turbo: " + sentence + "\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(1);
    }

    private Result end() throws IOException, InterruptedException {
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        StringBuilder rest = new StringBuilder();
        out.lines().forEach(line -> rest.append(line).append('\n'));
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return new Result(process.exitValue(), rest.toString(), err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        model.close();
    }
}
