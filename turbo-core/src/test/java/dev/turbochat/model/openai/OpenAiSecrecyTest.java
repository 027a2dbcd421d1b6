package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.prompt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.turbochat.error.TurboException;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import dev.turbochat.model.http.FaultServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class OpenAiSecrecyTest {
    private static final String KEY = "canary-zqxjkv/key+x";
    private static final String CANARY = "zqxjkv";

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.turbochat");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 401 No\r\n\r\n{\"error\":{\"message\":\"Key KEY is wrong\",\"code\":\"KEY\",\"type\":\"KEY\"}}",
                "HTTP/1.1 400 No\r\n\r\nAuthorization: Bearer KEY",
                "HTTP/1.1 400 No\r\n\r\n{\"error\":{\"message\":\"Key KEY",
                "HTTP/1.1 500 No\r\n\r\n<html>KEY</html>",
                "HTTP/1.1 429 No\r\nRetry-After: KEY\r\n\r\n{\"message\":\"KEY\"}",
                "HTTP/1.1 413 KEY\r\n\r\nKEY",
                "HTTP/1.1 302 KEY\r\nLocation: http://KEY@127.0.0.1/?KEY\r\n\r\nKEY",
                "HTTP/1.1 200 OK\r\n\r\nKEY",
                "HTTP/1.1 200 OK\r\nContent-Type: text/KEY\r\n\r\nKEY",
                "HTTP/1.1 200 OK\r\n\r\n<KEY>",
                "HTTP/1.1 200 OK\r\n\r\n{KEY}",
                "HTTP/1.1 200 OK\r\n\r\n{\"KEY\":KEY}",
                "HTTP/1.1 200 OK\r\n\r\n{\"error\":{\"message\":\"KEY\"}}",
                "HTTP/1.1 200 OK\r\n\r\ndata: KEY\n\n",
                "HTTP/1.1 200 OK\r\n\r\ndata: {\"error\":\"KEY\"}\n\n",
                "HTTP/1.1 200 OK\r\n\r\nevent: error\ndata: KEY\n\n",
                "HTTP/1.1 200 OK\r\n\r\ndata: {\"choices\":[{\"finish_reason\":\"KEY error\"}]}\n\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nKEY\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: KEY\r\n\r\n{}",
                "HTTP/1.1 KEY\r\n\r\n",
                "KEY\r\n\r\n",
                "HTTP/1.1 200 OK\r\nKEY\r\n\r\n",
                ""
            })
    void a_key_that_a_server_echoes_is_seen_nowhere(String answer) throws Exception {
        try (FaultServer server = FaultServer.sending(answer.replace("KEY", KEY))) {
            assertSilent(OpenAiModel.at(server.url() + "/v1", "m").key(KEY));
            assertThat(server.requests().getFirst().headers()).containsEntry("authorization", "Bearer " + KEY);
        }
        try (FaultServer server = FaultServer.sending(answer.replace("KEY", KEY))) {
            assertSilent(OpenAiModel.at(
                    server.url().replace("://", "://user:" + KEY.replace("/", "%2F") + "@") + "/v1?key="
                            + KEY.replace("+", "%2B"),
                    "m"));
            assertThat(server.requests().getFirst().line())
                    .isEqualTo("POST /v1/chat/completions?key=canary-zqxjkv/key%2Bx HTTP/1.1");
            assertThat(server.requests().getFirst().headers())
                    .containsEntry(
                            "authorization",
                            "Basic " + Base64.getEncoder().encodeToString(("user:" + KEY).getBytes(UTF_8)));
        }
    }

    @Test
    void a_key_is_seen_nowhere_where_nobody_answers() {
        assertSilent(OpenAiModel.at("http://u:" + CANARY + "@127.0.0.1:1/v1?k=" + CANARY, "m"));
        assertSilent(OpenAiModel.at("https://no-such-host.invalid/v1?k=" + CANARY, "m")
                .key(KEY));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 503})
    void several_keys_are_seen_nowhere_in_retries_rests_and_health(int status) throws Exception {
        List<FaultServer> itself = new CopyOnWriteArrayList<>();
        try (FaultServer server = FaultServer.that(connection -> {
            String key = itself.getFirst().requests().getLast().headers().get("authorization");
            String body = "{\"error\":{\"message\":\"" + key + " is wrong\"}}";
            connection.send(FaultServer.document(status, "application/json", body));
        })) {
            itself.add(server);
            List<String> told = new ArrayList<>();
            Model model = Models.of(
                    "groq:m," + server.url() + "#n",
                    Map.of(
                            "GROQ_BASE_URL",
                            server.url(),
                            "GROQ_API_KEY",
                            "canary-4711-a",
                            "GROQ_API_KEY_1",
                            "canary-4711-b"));
            Model.Listener listener = new Model.Listener() {
                @Override
                public void text(String piece) {}

                @Override
                public void retrying(int attempt, Duration wait, String why) {
                    told.add(why);
                }
            };
            Throwable e =
                    catchThrowable(() -> model.complete(prompt(s -> s.totalTimeout(Duration.ofSeconds(2))), listener));
            assertThat(e).isInstanceOf(TurboException.class);
            assertThat(told).isNotEmpty();
            assertThat(print(e) + told + model.health() + model.name()).doesNotContain(CANARY);
            assertThat(logged.list)
                    .isNotEmpty()
                    .allSatisfy(event -> assertThat(event.getFormattedMessage()).doesNotContain(CANARY));
        }
    }

    @Test
    void a_key_that_is_none_is_not_quoted() {
        Throwable e = catchThrowable(() -> new OpenAiProvider().open("groq", Map.of("GROQ_API_KEY", "canary\nzqxjkv")));
        assertThat(e)
                .hasMessage("Variable GROQ_API_KEY holds spaces or other characters that no key has;"
                        + " set it to the key alone.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://u:zqxjkv@/v1",
                "http://u:zqxjkv@host:port/v1",
                "http:zqxjkv",
                "http://ho st/zqxjkv",
                "ftp://zqxjkv"
            })
    void an_address_that_is_none_is_not_quoted(String url) {
        for (Throwable e : new Throwable[] {
            catchThrowable(
                    () -> new OpenAiProvider().open("openai", Map.of("OPENAI_BASE_URL", url, "OPENAI_API_KEY", KEY))),
            catchThrowable(() -> OpenAiModel.at(url, "m"))
        }) {
            assertThat(e).isInstanceOf(dev.turbochat.error.ConfigurationException.class);
            assertThat(print(e)).doesNotContain(CANARY);
        }
    }

    private void assertSilent(Model model) {
        Throwable e = catchThrowable(() -> model.complete(prompt(), piece -> {}));
        assertThat(e).isInstanceOf(TurboException.class);
        assertThat(print(e)).doesNotContain(CANARY);
        assertThat(model.name()).doesNotContain(CANARY);
        assertThat(model.toString()).doesNotContain(CANARY);
        assertThat(logged.list).isNotEmpty().allSatisfy(event -> {
            assertThat(event.getFormattedMessage()).doesNotContain(CANARY);
            assertThat(event.getThrowableProxy()).isNull();
        });
    }

    /** The whole of it, causes and suppressed ones included. */
    private static String print(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
