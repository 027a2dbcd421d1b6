package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.hear;
import static dev.turbochat.model.openai.Wire.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.http.FaultServer;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiRefusalTest {
    @ParameterizedTest
    @CsvSource({
        "301,BadRequest", "308,BadRequest", "400,BadRequest", "401,AuthenticationFailed", "402,RateLimited",
        "403,AuthenticationFailed", "404,BadRequest", "405,BadRequest", "408,Unavailable", "409,BadRequest",
        "413,ContextTooLong", "422,BadRequest", "429,RateLimited", "498,Unavailable", "500,Unavailable",
        "502,Unavailable", "503,Unavailable", "504,Unavailable", "529,Unavailable", "599,Unavailable"
    })
    void every_status_has_a_name(int status, String type) {
        ModelException e = refused(status, "{\"error\":{\"message\":\"Because.\"}}");
        assertThat(e.getClass().getSimpleName()).isEqualTo(type);
        if (status >= 400) {
            assertThat(e).hasMessageContaining("(Because.)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"M\",\"type\":\"x\",\"code\":null}}|M",
                "{\"error\":\"model 'x' not found\"}|model 'x' not found",
                "{\"message\":\"M\",\"request_id\":\"1\"}|M",
                "{\"detail\":\"Not Found\"}|Not Found",
                "[{\"error\":{\"code\":400,\"message\":\"M\",\"status\":\"INVALID_ARGUMENT\"}}]|M",
                "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"user\"],\"msg\":\"Extra inputs\"}]}}|user: Extra inputs",
                "plain words|plain words",
                "{\"error\":{\"message\":\"M\",\"type\":\"cut|M",
                "{\"other\":1}|''",
                "<html><body>502</body></html>|''",
                "''|''",
            })
    void the_message_is_found_in_every_form(String body, String detail) {
        assertThat(refused(400, body))
                .hasMessageEndingWith("refused the request with status 400"
                        + (detail.isEmpty() ? "" : " (" + detail + ")") + "; check the model's name and the settings.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"M\",\"code\":\"context_length_exceeded\"}}",
                "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\"}}",
                "{\"message\":\"Please reduce the length of the messages or completion.\"}",
                "{\"error\":{\"code\":400,\"message\":\"x\",\"type\":\"exceed_context_size_error\"}}",
            })
    void a_conversation_that_is_too_long_is_told_from_a_bad_request(String body) {
        assertThat(refused(400, body)).isInstanceOf(ModelException.ContextTooLong.class);
    }

    @Test
    void a_filter_that_refuses_the_request_is_a_filter() {
        assertThat(refused(400, "{\"error\":{\"message\":\"M\",\"code\":\"content_filter\",\"status\":400}}"))
                .isInstanceOf(ModelException.Filtered.class);
    }

    @Test
    void a_rate_limit_says_when_to_come_back() throws Exception {
        try (FaultServer server = FaultServer.answering(429, "application/json", "{}", "Retry-After: 20")) {
            ModelException.RateLimited e =
                    catchThrowableOfType(ModelException.RateLimited.class, () -> hear(model(server)));
            assertThat(e.retryAfter()).contains(Duration.ofSeconds(20));
            assertThat(e).hasMessageEndingWith("has had too many requests; try again in 20 seconds.");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"408", "503"})
    void nothing_is_sent_twice_by_itself(int status) throws Exception {
        try (FaultServer server = FaultServer.answering(status, "application/json", "{}", "Retry-After: 0")) {
            assertThatThrownBy(() -> hear(model(server))).isInstanceOf(ModelException.Unavailable.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void a_lost_connection_is_not_tried_again_by_itself() throws Exception {
        try (FaultServer server = FaultServer.that(connection -> {})) {
            assertThatThrownBy(() -> hear(model(server)))
                    .isInstanceOf(ModelException.Unavailable.class)
                    .hasMessageContaining(server.url() + " closed the connection without an answer");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void the_key_does_not_follow_a_redirect() throws Exception {
        try (FaultServer elsewhere = FaultServer.answering(200, "application/json", "{}");
                FaultServer server = FaultServer.answering(
                        307, "text/html", "", "Location: " + elsewhere.url() + "/v1/chat/completions")) {
            assertThatThrownBy(() -> hear(model(server).key("canary-canary")))
                    .isInstanceOf(ModelException.BadRequest.class)
                    .hasMessageContaining("it redirects to " + elsewhere.url());
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void a_long_body_is_read_to_its_64_kibibytes_and_clipped() {
        ModelException e = refused(400, "{\"error\":{\"message\":\"" + "m".repeat(200_000) + "\"}}");
        assertThat(e).isInstanceOf(ModelException.BadRequest.class);
        assertThat(e.getMessage()).hasSizeLessThan(500);
    }

    @Test
    void a_body_that_breaks_off_does_not_hide_the_status() throws Exception {
        String whole = FaultServer.document(401, "application/json", "{\"error\":{\"message\":\"Bad key\"}}     ");
        try (FaultServer server = FaultServer.sending(whole.substring(0, whole.length() - 4))) {
            assertThatThrownBy(() -> hear(model(server)))
                    .isInstanceOf(ModelException.AuthenticationFailed.class)
                    .hasMessageEndingWith("refused the key (Bad key); give the model its key.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"message\":\"M\",\"type\":\"server_error\"}|Unavailable",
                "{\"message\":\"M\",\"code\":502}|Unavailable",
                "{\"message\":\"M\",\"code\":\"429\"}|RateLimited",
                "{\"message\":\"M\",\"type\":\"rate_limit_error\"}|RateLimited",
                "{\"message\":\"M\",\"code\":\"insufficient_quota\"}|RateLimited",
                "{\"message\":\"M\",\"code\":\"invalid_api_key\",\"type\":\"invalid_request_error\"}|AuthenticationFailed",
                "{\"message\":\"M\",\"type\":\"invalid_request_error\"}|BadRequest",
                "{\"message\":\"M\",\"code\":\"context_length_exceeded\"}|ContextTooLong",
                "{\"message\":\"M\",\"code\":\"content_filter\",\"status\":400}|Filtered",
                "\"M\"|Unavailable",
            })
    void an_error_inside_a_success_has_its_own_name(String error, String type) throws Exception {
        String json = "{\"error\":" + error + "}";
        assertName(FaultServer.document(200, "application/json", json), type);
        assertName(FaultServer.STREAM + Wire.STREAM + "data: " + json + "\n\n", type);
        assertName(FaultServer.STREAM + "event: error\ndata: " + error.replace("\"M\"", "\"M\"") + "\n\n", type);
    }

    @Test
    void an_error_that_is_the_whole_document_is_one_too() throws Exception {
        String json = "{\"object\":\"error\",\"message\":\"M\",\"type\":\"BadRequestError\",\"code\":400}";
        assertName(FaultServer.document(200, "application/json", json), "BadRequest");
        assertName(FaultServer.STREAM + "data: " + json + "\n\n", "BadRequest");
        assertName(FaultServer.document(200, "application/json", "[{\"error\":{\"code\":503}}]"), "Unavailable");
    }

    private static void assertName(String answer, String type) throws Exception {
        try (FaultServer server = FaultServer.sending(answer)) {
            assertThatThrownBy(() -> hear(model(server)))
                    .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(type));
        }
    }

    @Test
    void nobody_at_the_address_is_said_in_words() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> hear(OpenAiModel.at("http://localhost:" + port + "/v1", "m")))
                .isInstanceOf(ModelException.Unavailable.class)
                .hasMessageEndingWith("is not available: nothing answers at http://localhost:" + port
                        + "; try again, or use another model.");
    }

    @Test
    void a_host_that_is_not_known_is_said_in_words() {
        assertThatThrownBy(() -> hear(OpenAiModel.at("http://no-such-host.invalid/v1", "m")))
                .isInstanceOf(ModelException.Unavailable.class)
                .hasMessageContaining("host 'no-such-host.invalid' is not known");
    }

    @Test
    void a_server_without_tls_is_said_in_words() throws Exception {
        try (FaultServer server = FaultServer.sending("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            String url = "https://127.0.0.1:" + server.port();
            assertThatThrownBy(() -> hear(OpenAiModel.at(url, "m")))
                    .isInstanceOf(ModelException.Unavailable.class)
                    .hasMessageContaining("no secure connection to " + url + " could be made");
        }
    }

    @Test
    void a_server_that_does_not_speak_http_is_malformed() throws Exception {
        try (FaultServer server = FaultServer.sending("SSH-2.0-OpenSSH_9.2\r\n\r\n")) {
            assertThatThrownBy(() -> hear(model(server)))
                    .isInstanceOf(ModelException.MalformedAnswer.class)
                    .hasMessageContaining("what came is not HTTP");
        }
    }

    private static ModelException refused(int status, String body) {
        try (FaultServer server = FaultServer.answering(status, "application/json", body)) {
            return catchThrowableOfType(ModelException.class, () -> hear(model(server)));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
