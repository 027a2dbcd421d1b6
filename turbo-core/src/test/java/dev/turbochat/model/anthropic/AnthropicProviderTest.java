package dev.turbochat.model.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.ModelException;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.step.Message;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnthropicProviderTest {
    private static final Map<String, String> KEYED = Map.of("ANTHROPIC_API_KEY_1", "k-secret");

    private final AnthropicProvider provider = new AnthropicProvider();

    @Test
    void a_spec_is_the_name_of_its_model() {
        assertThat(Models.of("anthropic:claude-opus-5", KEYED).name()).isEqualTo("anthropic:claude-opus-5");
        assertThat(Models.of("anthropic", KEYED).name()).isEqualTo("anthropic:claude-haiku-4-5");
        assertThat(provider.open("openai:gpt-4o", KEYED)).isEmpty();
    }

    @Test
    void a_missing_key_is_named() {
        assertThatThrownBy(() -> provider.open("anthropic:x", Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Model 'anthropic:x' needs a key and there is none; set ANTHROPIC_API_KEY.");
    }

    @Test
    void it_is_detected_by_its_key_behind_openai_and_before_gemini() {
        assertThat(Models.detect(KEYED)).isEqualTo("anthropic:claude-haiku-4-5");
        assertThat(Models.detect(Map.of("ANTHROPIC_API_KEY", "k", "GEMINI_API_KEY", "k", "ANTHROPIC_MODEL", "m")))
                .isEqualTo("anthropic:m");
        assertThat(Models.detect(Map.of("ANTHROPIC_API_KEY", "k", "OPENAI_API_KEY", "k")))
                .isEqualTo("openai:gpt-4o-mini");
    }

    @Test
    void the_status_says_whether_a_key_is_there_and_never_what_it_is() {
        assertThat(provider.status(KEYED)).isEqualTo("Anthropic: set up (ANTHROPIC_API_KEY_1)");
        assertThat(provider.status(Map.of())).isEqualTo("Anthropic: no key is set; set ANTHROPIC_API_KEY");
    }

    @Test
    void a_request_goes_to_the_base_url_with_or_without_its_version_and_a_refused_key_is_named() throws Exception {
        for (String path : new String[] {"", "/", "/v1", "/proxy"}) {
            try (FaultServer server = FaultServer.answering(401, "application/json", "{}")) {
                Model model = Models.of(
                        "anthropic:m", Map.of("ANTHROPIC_BASE_URL", server.url() + path, "ANTHROPIC_API_KEY", "k-1"));
                assertThatThrownBy(() -> model.complete(Prompt.of(new Message.User("Hi")), piece -> {}))
                        .isInstanceOf(ModelException.AuthenticationFailed.class)
                        .hasMessageContaining("; set ANTHROPIC_API_KEY to a valid key.");
                FaultServer.Request request = server.requests().getFirst();
                assertThat(request.line())
                        .isEqualTo("POST " + (path.equals("/proxy") ? "/proxy" : "") + "/v1/messages HTTP/1.1");
                assertThat(request.headers())
                        .containsEntry("x-api-key", "k-1")
                        .containsEntry("anthropic-version", "2023-06-01");
            }
        }
    }
}
