package dev.turbochat.model.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.ModelException;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.step.Message;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeminiProviderTest {
    private final GeminiProvider provider = new GeminiProvider();

    @Test
    void a_spec_is_the_name_of_its_model() {
        Map<String, String> keyed = Map.of("GOOGLE_API_KEY", "k");
        assertThat(Models.of("gemini:gemini-3-pro", keyed).name()).isEqualTo("gemini:gemini-3-pro");
        assertThat(Models.of("gemini", keyed).name()).isEqualTo("gemini:gemini-flash-latest");
        assertThat(provider.open("openai:gpt-4o", keyed)).isEmpty();
    }

    @Test
    void a_missing_key_is_named() {
        assertThatThrownBy(() -> provider.open("gemini:x", Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Model 'gemini:x' needs a key and there is none; set GEMINI_API_KEY.");
    }

    @Test
    void either_key_sets_it_up() {
        assertThat(Models.detect(Map.of("GOOGLE_API_KEY", "k"))).isEqualTo("gemini:gemini-flash-latest");
        assertThat(Models.detect(Map.of("GEMINI_API_KEY", "k", "GEMINI_MODEL", "m")))
                .isEqualTo("gemini:m");
        assertThat(provider.status(Map.of("GOOGLE_API_KEY", "k"))).isEqualTo("Gemini: set up (GOOGLE_API_KEY)");
        assertThat(provider.status(Map.of("GEMINI_API_KEY", "k"))).isEqualTo("Gemini: set up (GEMINI_API_KEY)");
        assertThat(provider.status(Map.of())).isEqualTo("Gemini: no key is set; set GEMINI_API_KEY");
    }

    @Test
    void a_request_goes_to_the_base_url_with_the_key_in_a_header_alone() throws Exception {
        for (String path : new String[] {"", "/v1beta", "/v1?x=y"}) {
            try (FaultServer server = FaultServer.answering(401, "application/json", "{}")) {
                Model model = Models.of(
                        "gemini:models/a b",
                        Map.of(
                                "GEMINI_BASE_URL",
                                server.url() + path,
                                "GOOGLE_API_KEY",
                                "k-other",
                                "GEMINI_API_KEY",
                                "k-1"));
                assertThatThrownBy(() -> model.complete(Prompt.of(new Message.User("Hi")), piece -> {}))
                        .isInstanceOf(ModelException.AuthenticationFailed.class)
                        .hasMessageContaining("; set GEMINI_API_KEY to a valid key.");
                FaultServer.Request request = server.requests().getFirst();
                assertThat(request.line())
                        .isEqualTo("POST " + (path.startsWith("/v1?") ? "/v1" : "/v1beta")
                                + "/models/a%20b:streamGenerateContent?" + (path.contains("?") ? "x=y&" : "")
                                + "alt=sse HTTP/1.1");
                assertThat(request.headers()).containsEntry("x-goog-api-key", "k-1");
            }
        }
    }

    @Test
    void a_rate_limit_says_in_its_body_how_long_to_wait() throws Exception {
        String body =
                "{\"error\":{\"code\":429,\"message\":\"Quota exceeded\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":["
                        + "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"27.5s\"}]}}";
        try (FaultServer server = FaultServer.answering(429, "application/json", body)) {
            assertThatThrownBy(() ->
                            GeminiModel.at(server.url(), "m").complete(Prompt.of(new Message.User("Hi")), piece -> {}))
                    .isInstanceOfSatisfying(
                            ModelException.RateLimited.class,
                            limited -> assertThat(limited.retryAfter()).contains(Duration.ofMillis(27_500)));
        }
    }
}
