package dev.turbochat.cli;

import static dev.turbochat.cli.Command.turbo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.cli.Command.Result;
import java.io.IOException;
import java.nio.file.Path;
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
        Result result = chat();
        assertThat(result.err()).isEqualTo("turbo: " + err + "\n");
        assertThat(result.out()).isEqualTo(out);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).doesNotContain("canary");
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
        server.thenStatus("429 Too Many Requests", "Retry-After: 7\r\n", "{\"error\":{\"message\":\"Slow down\"}}");
        failsWith("", "Model 'openai:m' has had too many requests (Slow down); try again in 7 seconds.");
    }

    @Test
    void a_server_in_trouble() throws Exception {
        server.thenStatus("500 Internal Server Error", "", "oops");
        failsWith(
                "",
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
        server.thenStatus("200 OK", "Content-Type: application/json\r\n", "{\"error\":{\"message\":\"Boom\"}}");
        failsWith(
                "",
                "Model 'openai:m' is not available: the server answered with an error (Boom); try again, or use another model.");
    }

    @Test
    void an_empty_body() throws Exception {
        server.thenStatus("200 OK", "Content-Type: text/event-stream\r\n", "");
        failsWith("", "Model 'openai:m' broke off before it said anything; try again.");
    }

    @Test
    void nothing_listens() throws Exception {
        server.close();
        failsWith(
                "",
                "Model 'openai:m' is not available: nothing answers at "
                        + server.url().replace("/v1", "") + "; try again, or use another model.");
    }
}
