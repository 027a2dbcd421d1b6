package dev.turbochat.cli;

import static dev.turbochat.cli.Command.turbo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.cli.Command.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user of a pipe sees, word for word, and the exit status, for each way in which a model can fail. */
class FaultsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path data;

    private final ModelServer server = new ModelServer();

    FaultsTest() throws IOException {}

    @AfterEach
    void close() {
        server.close();
    }

    private Result chat() throws IOException, InterruptedException {
        return turbo(data, "run", "chat", "--model", "openai:m")
                .with("OPENAI_API_KEY", "sk-canary")
                .with("OPENAI_BASE_URL", server.url())
                .typing("Hi")
                .run();
    }

    private void failsWith(String out, String err) throws IOException, InterruptedException {
        failsWith(out, err, 1);
    }

    /** What passes is tried three times, and each further try is told of. */
    private void failsInTheEndWith(String err) throws IOException, InterruptedException {
        failsWith("", err, 3);
    }

    private void failsWith(String out, String err, int tries) throws IOException, InterruptedException {
        Result result = chat();
        List<String> lines = result.err().lines().toList();
        assertThat(lines.getLast()).isEqualTo("turbo: " + err);
        assertThat(lines.subList(0, lines.size() - 1))
                .hasSize(tries - 1)
                .allSatisfy(line ->
                        assertThat(line).startsWith("(" + err + " Trying again").endsWith(")"));
        assertThat(result.out()).isEqualTo(out);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).doesNotContain("canary");
    }

    private void each(int times, Runnable reply) {
        for (int i = 0; i < times; i++) {
            reply.run();
        }
    }

    @Test
    void a_good_answer_streams_and_the_end_of_input_leaves_the_session_asleep() throws Exception {
        server.thenStream("Hel", "lo.");
        Result result = chat();
        assertThat(result.out()).isEqualTo("Hello.\n");
        assertThat(result.err()).matches("To go on: \\./turbo run chat --session \\S+\\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void a_refused_key() throws Exception {
        server.thenStatus(
                "401 Unauthorized", "", "{\"error\":{\"message\":\"Incorrect API key provided: sk-canary\"}}");
        failsWith(
                "",
                "Model 'openai:m' refused the key (Incorrect API key provided: ***); set OPENAI_API_KEY to a valid key.");
    }

    @Test
    void too_many_requests() throws Exception {
        server.thenStatus("429 Too Many Requests", "Retry-After: 70\r\n", "{\"error\":{\"message\":\"Slow down\"}}");
        failsWith("", "Model 'openai:m' has had too many requests (Slow down); try again in 70 seconds.");
    }

    @Test
    void too_many_requests_for_a_moment() throws Exception {
        server.thenStatus("429 Too Many Requests", "Retry-After: 1\r\n", "{\"error\":{\"message\":\"Slow down\"}}");
        server.thenStream("Hel", "lo.");
        Result result = chat();
        assertThat(result.out()).isEqualTo("Hello.\n");
        assertThat(result.err().lines().findFirst().orElseThrow())
                .matches("\\(Model 'openai:m' has had too many requests \\(Slow down\\); try again in 1 second\\."
                        + " Trying again in [12] s\\)");
    }

    @Test
    void a_further_try_is_an_event() throws Exception {
        server.thenStatus("500 Internal Server Error", "", "oops");
        server.thenStream("Hel", "lo.");
        Result result = turbo(data, "run", "chat", "--json", "--model", "openai:m")
                .with("OPENAI_API_KEY", "sk-canary")
                .with("OPENAI_BASE_URL", server.url())
                .typing("Hi")
                .run();
        assertThat(result.out().lines().filter(line -> line.contains("\"retry\"")))
                .singleElement()
                .asString()
                .contains("\"attempt\":2,\"wait_ms\":", "\"why\":\"Model 'openai:m' is not available");
    }

    @Test
    void a_server_in_trouble() throws Exception {
        each(3, () -> server.thenStatus("500 Internal Server Error", "", "oops"));
        failsInTheEndWith(
                "Model 'openai:m' is not available: the server answered with status 500 (oops); try again, or use another model.");
    }

    @Test
    void a_stream_that_is_cut() throws Exception {
        server.then(out -> {
            ModelServer.startStream(out);
            ModelServer.piece(out, "Once upon");
        });
        failsWith(
                "Once upon\n",
                "Model 'openai:m' broke off in the middle of its answer, after 1 piece of text; try again.");
    }

    @Test
    void an_empty_answer() throws Exception {
        server.thenStream();
        failsWith("", "Model 'openai:m' answered with nothing; try again, or ask differently.");
    }

    @Test
    void json_that_is_none() throws Exception {
        server.then(out -> {
            ModelServer.startStream(out);
            ModelServer.write(out, "data: {\"choices\":[{]}\n\n");
        });
        failsWith(
                "",
                "Model 'openai:m' sent something that is not a valid answer: it is not the JSON that it should be (Unexpected close marker ']': expected '}'); check that the address is that of a compatible server.");
    }

    @Test
    void an_error_inside_a_200() throws Exception {
        each(
                3,
                () -> server.thenStatus(
                        "200 OK", "Content-Type: application/json\r\n", "{\"error\":{\"message\":\"Boom\"}}"));
        failsInTheEndWith(
                "Model 'openai:m' is not available: the server answered with an error (Boom); try again, or use another model.");
    }

    @Test
    void an_empty_body() throws Exception {
        each(3, () -> server.thenStatus("200 OK", "Content-Type: text/event-stream\r\n", ""));
        failsInTheEndWith("Model 'openai:m' broke off before it said anything; try again.");
    }

    @Test
    void nothing_listens() throws Exception {
        server.close();
        failsInTheEndWith("Model 'openai:m' is not available: nothing answers at "
                + server.url().replace("/v1", "") + "; try again, or use another model.");
    }
}
