package dev.turbochat.model.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.ModelException;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import dev.turbochat.model.http.Endpoint;
import dev.turbochat.model.http.Environment;
import dev.turbochat.model.http.FaultServer;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiProviderTest {
    private final OpenAiProvider provider = new OpenAiProvider();
    private final OllamaProvider ollama = new OllamaProvider();

    @ParameterizedTest
    @CsvSource({
        "openai:gpt-4.1,openai:gpt-4.1",
        "openai:,openai:gpt-4o-mini",
        "openai,openai:gpt-4o-mini",
        "OpenAI:x,openai:x",
        "groq,groq:llama-3.3-70b-versatile",
        "ollama:llama3.2:3b,ollama:llama3.2:3b",
        "vllm:a/b,vllm:a/b",
        "http://localhost:8000/v1#a/b,http://localhost:8000/v1#a/b",
        "https://host/#m,https://host#m",
        "http://u:p@[::1]:1/v1?k=s#m,http://[::1]:1/v1#m",
        "HTTP://my_host:80#m,HTTP://my_host:80#m"
    })
    void a_spec_is_the_name_of_its_model(String spec, String name) {
        assertThat(Models.of(spec, Map.of("OPENAI_API_KEY", "k-openai", "GROQ_API_KEY", "k-groq"))
                        .name())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eliza", "gemini:x", "", "file:x", "openai-x:y"})
    void the_specs_of_others_are_left_to_them(String spec) {
        assertThat(provider.open(spec, Map.of())).isEmpty();
    }

    @Test
    void a_missing_key_is_named() {
        assertThatThrownBy(() -> provider.open("openai", Map.of("OPENAI_API_KEY", "  ")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Model 'openai:gpt-4o-mini' needs a key and there is none; set OPENAI_API_KEY.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://localhost:8000/v1|names it behind|A model spec is a URL without a model; name it behind a #, as in http://localhost:8000/v1#name.",
                "http://#m|x|The base URL in the model spec is not a complete http or https address; write it like https://host/v1.",
                "vllm:|x|Model spec 'vllm' names no model; write vllm:NAME, or set VLLM_MODEL.",
            })
    void a_spec_that_is_wrong_says_what_to_write(String spec, String ignored, String message) {
        assertThatThrownBy(() -> provider.open(spec, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost:8000", "ftp://host", "http://", "http:///v1", "/v1", "http://a b/", "https://h:x"})
    void a_base_url_that_is_none_is_refused(String url) {
        assertThatThrownBy(() -> provider.open("openai", Map.of("OPENAI_BASE_URL", url)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The base URL in OPENAI_BASE_URL is not a complete http or https address");
    }

    @Test
    void a_port_that_is_none_is_refused_at_the_first_call() {
        Model model = Models.of("http://localhost:99999/v1#m", Map.of());
        assertThatThrownBy(() -> Wire.hear(model)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void another_base_url_needs_no_key_and_gets_the_vendors_if_there_is_one() throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            Map<String, String> environment = new HashMap<>(Map.of("OPENAI_BASE_URL", server.url() + "/api"));
            Wire.hear(Models.of("openai", environment));
            environment.put("OPENAI_API_KEY", "k-openai");
            Wire.hear(Models.of("openai", environment));
            assertThat(server.requests().get(0).line()).startsWith("POST /api/chat/completions ");
            assertThat(server.requests().get(0).headers()).doesNotContainKey("authorization");
            assertThat(server.requests().get(1).headers()).containsEntry("authorization", "Bearer k-openai");
        }
    }

    @Test
    void a_url_gets_its_own_key_and_never_a_vendors() throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            Map<String, String> environment = new HashMap<>();
            for (Vendor vendor : Vendor.ALL) {
                environment.put(vendor.variable("API_KEY"), "k-" + vendor.name());
                environment.put(vendor.variable("API_KEY") + "_1", "k-" + vendor.name());
            }
            Wire.hear(Models.of(server.url() + "#m", environment));
            assertThat(server.requests().getLast().headers()).doesNotContainKey("authorization");
            environment.put("TURBO_API_KEY", "k-turbo");
            Wire.hear(Models.of(server.url() + "#m", environment));
            assertThat(server.requests().getLast().headers()).containsEntry("authorization", "Bearer k-turbo");
        }
    }

    @Test
    void ollama_is_where_its_variable_says_and_gets_no_key() throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            Wire.hear(Models.of(
                    "ollama:llama3",
                    Map.of("OLLAMA_HOST", "127.0.0.1:" + server.port(), "OLLAMA_API_KEY", "k-ollama")));
            assertThat(server.requests().getFirst().line()).startsWith("POST /v1/chat/completions ");
            assertThat(server.requests().getFirst().headers()).doesNotContainKey("authorization");
        }
    }

    @Test
    void a_refused_key_is_named_by_its_variable() throws Exception {
        try (FaultServer server = FaultServer.answering(401, "application/json", "{}")) {
            assertThatThrownBy(() -> Wire.hear(
                            Models.of("groq:m", Map.of("GROQ_API_KEY_2", "k-groq", "GROQ_BASE_URL", server.url()))))
                    .isInstanceOf(ModelException.AuthenticationFailed.class)
                    .hasMessage("Model 'groq:m' refused the key; set GROQ_API_KEY_2 to a valid key.");
            assertThat(server.requests().getFirst().headers()).containsEntry("authorization", "Bearer k-groq");
        }
    }

    @Test
    void calls_are_spread_over_several_keys() throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            Model model = Models.of(
                    "groq:m",
                    Map.of(
                            "GROQ_BASE_URL",
                            server.url(),
                            "GROQ_API_KEY",
                            "k-a",
                            "GROQ_API_KEY_1",
                            "k-b",
                            "GROQ_API_KEY_3",
                            "k-a",
                            "GROQ_API_KEY_7",
                            "k-c"));
            for (int i = 0; i < 6; i++) {
                Wire.hear(model);
            }
            assertThat(server.requests())
                    .extracting(request -> request.headers().get("authorization"))
                    .containsExactly(
                            "Bearer k-a", "Bearer k-b", "Bearer k-c", "Bearer k-a", "Bearer k-b", "Bearer k-c");
            assertThat(model.name()).isEqualTo("groq:m");
            assertThat(model.health())
                    .singleElement()
                    .satisfies(health -> assertThat(health.requests()).isEqualTo(6));
        }
    }

    @Test
    void the_first_vendor_with_a_key_is_detected() {
        assertThat(provider.detect(Map.of("GROQ_API_KEY", "k-groq", "XAI_API_KEY", "k-xai")))
                .contains("groq:llama-3.3-70b-versatile");
        assertThat(provider.detect(Map.of("XAI_API_KEY", "k", "OPENAI_API_KEY_1", "k", "OPENAI_MODEL", "gpt-x")))
                .contains("openai:gpt-x");
        assertThat(provider.detect(Map.of("OPENAI_BASE_URL", "http://localhost:1/v1")))
                .contains("openai:gpt-4o-mini");
    }

    @Test
    void ollama_is_detected_with_its_first_model() throws Exception {
        String tags = "{\"x\":{\"name\":\"no\"},\"models\":[{\"details\":{\"name\":\"no\"},\"name\":\"llama3.2:3b\"},"
                + "{\"name\":\"other\"}]}";
        try (FaultServer server = FaultServer.answering(200, "application/json", tags)) {
            Map<String, String> environment = Map.of("OLLAMA_HOST", server.url());
            assertThat(ollama.detect(environment)).contains("ollama:llama3.2:3b");
            assertThat(server.requests().getFirst().line()).isEqualTo("GET /api/tags HTTP/1.1");
            assertThat(ollama.status(environment)).isEqualTo("Ollama: it has llama3.2:3b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"models\":[]}", "{}", "[", "<html>", ""})
    void something_else_there_is_no_ollama(String body) throws Exception {
        try (FaultServer server = FaultServer.answering(200, "application/json", body)) {
            assertThat(ollama.detect(Map.of("OLLAMA_HOST", server.url()))).isEmpty();
        }
    }

    @Test
    void nothing_is_detected_quickly() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        long start = System.nanoTime();
        assertThat(ollama.detect(Map.of("OLLAMA_HOST", "127.0.0.1:" + port))).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|http://localhost:11434",
                "example.com|http://example.com:11434",
                "1.2.3.4:99|http://1.2.3.4:99",
                ":99|http://localhost:99",
                "0.0.0.0|http://localhost:11434",
                "0.0.0.0:99|http://localhost:99",
                "https://example.com/|https://example.com",
                "http://0.0.0.0:99|http://localhost:99",
                "http://example.com:99/x|http://example.com:99/x",
                "[::]:99|http://localhost:99"
            })
    void ollamas_variable_is_read_in_all_its_forms(String given, String host) {
        assertThat(Ollama.host(new Environment(Map.of("OLLAMA_HOST", given)))).isEqualTo(host);
    }

    @Test
    void the_status_tells_what_is_there_and_what_is_missing_without_a_key() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(ollama.status(Map.of("OLLAMA_HOST", "http://me:secret@127.0.0.1:" + port)))
                .isEqualTo("Ollama: no model at http://127.0.0.1:" + port);
        String status = provider.status(Map.of("OPENAI_BASE_URL", "http://secret", "GROQ_API_KEY_1", "secret"));
        assertThat(status)
                .isEqualTo(
                        "OpenAI-compatible: set up openai (OPENAI_BASE_URL), groq (GROQ_API_KEY_1); for more set MISTRAL_API_KEY, OPENROUTER_API_KEY,"
                                + " DEEPSEEK_API_KEY, XAI_API_KEY, TOGETHER_API_KEY");
    }

    @Test
    void only_openais_own_server_is_official() {
        assertThat(Endpoint.at("https://api.openai.com/v1", "x", null, "y").isAt("api.openai.com"))
                .isTrue();
        assertThat(Endpoint.at("https://api.openai.com.evil.example/v1", "x", null, "y")
                        .isAt("api.openai.com"))
                .isFalse();
        assertThat(Endpoint.at("https://h/v1", "x", "secret-key", "y"))
                .hasToString("Endpoint[https://h/v1, with a key]");
        assertThat(new Environment(Map.of("A", "secret-key"))).hasToString("Environment[A]");
    }
}
