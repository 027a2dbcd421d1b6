package dev.turbochat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.EntryCodec;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Model;
import dev.turbochat.model.anthropic.AnthropicModel;
import dev.turbochat.model.gemini.GeminiModel;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.model.openai.OpenAiModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** A key that a server echoes stands in no log of any level, exception, event or journal, whatever the vendor. */
class ProviderSecrecyTest {
    /** No letter of it stands in a port or in an instant. */
    private static final String KEY = "zqxjkv-canary/key+zqxjkv";

    private static final String CANARY = "zqxjkv";

    private final Logger logger = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = logger.getLevel();
    private final List<Appender<ILoggingEvent>> shown = new ArrayList<>();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final java.util.logging.Logger okHttp = java.util.logging.Logger.getLogger("okhttp3");
    private final List<String> okHttpLogged = new CopyOnWriteArrayList<>();
    private final Handler okHttpHandler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            okHttpLogged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        logger.iteratorForAppenders().forEachRemaining(shown::add);
        shown.forEach(logger::detachAppender); // thousands of lines
        logged.start();
        logger.addAppender(logged);
        logger.setLevel(Level.TRACE);
        okHttp.setLevel(java.util.logging.Level.ALL);
        okHttp.addHandler(okHttpHandler);
        okHttp.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
        shown.forEach(logger::addAppender);
        logger.setLevel(before);
        okHttp.setLevel(null);
        okHttp.removeHandler(okHttpHandler);
        okHttp.setUseParentHandlers(true);
    }

    static Stream<Arguments> answers() {
        Stream<String> common = Stream.of(
                "HTTP/1.1 401 No\r\n\r\n{\"error\":{\"message\":\"Key KEY is wrong\",\"code\":\"KEY\",\"type\":\"KEY\"}}",
                "HTTP/1.1 400 No\r\n\r\nx-api-key: KEY, x-goog-api-key: KEY",
                "HTTP/1.1 400 No\r\n\r\n{\"error\":{\"message\":\"Key KEY",
                "HTTP/1.1 500 KEY\r\n\r\n<html>KEY</html>",
                "HTTP/1.1 429 No\r\nRetry-After: KEY\r\n\r\n{\"message\":\"KEY\"}",
                "HTTP/1.1 302 KEY\r\nLocation: http://KEY@127.0.0.1/?KEY\r\n\r\nKEY",
                "HTTP/1.1 200 OK\r\n\r\nKEY",
                "HTTP/1.1 200 OK\r\nContent-Type: text/KEY\r\n\r\n<KEY>",
                "HTTP/1.1 200 OK\r\n\r\n{\"KEY\":KEY}",
                "HTTP/1.1 200 OK\r\n\r\n{\"error\":{\"message\":\"KEY\",\"status\":\"KEY\"}}",
                "HTTP/1.1 200 OK\r\n\r\ndata: KEY\n\n",
                "HTTP/1.1 200 OK\r\n\r\ndata: {\"type\":\"error\",\"error\":{\"type\":\"KEY\",\"message\":\"KEY\"}}\n\n",
                "HTTP/1.1 200 OK\r\n\r\nevent: error\ndata: KEY\n\n",
                "HTTP/1.1 200 OK\r\n\r\ndata: {\"choices\":[{\"finish_reason\":\"KEY error\"}]}\n\n",
                "HTTP/1.1 200 OK\r\n\r\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"KEY\"}}\n\n",
                "HTTP/1.1 200 OK\r\n\r\ndata: {\"candidates\":[{\"finishReason\":\"KEY\",\"finishMessage\":\"KEY\"}]}\n\n",
                "HTTP/1.1 200 OK\r\n\r\ndata: {\"promptFeedback\":{\"blockReason\":\"KEY\"}}\n\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nKEY\r\n",
                "HTTP/1.1 KEY\r\n\r\n",
                "HTTP/1.1 200 OK\r\nKEY\r\n\r\n",
                "");
        return common.flatMap(
                answer -> Stream.of("openai", "anthropic", "gemini").map(vendor -> Arguments.of(vendor, answer)));
    }

    private static Model model(String vendor, String url) {
        return switch (vendor) {
            case "openai" -> OpenAiModel.at(url, "m").key(KEY);
            case "anthropic" -> AnthropicModel.at(url, "m").key(KEY);
            default -> GeminiModel.at(url, "m").key(KEY);
        };
    }

    @ParameterizedTest
    @MethodSource("answers")
    void a_key_that_a_server_echoes_is_seen_nowhere(String vendor, String answer) throws Exception {
        List<Event> events = new ArrayList<>();
        try (FaultServer server = FaultServer.sending(answer.replace("KEY", KEY));
                Memory files = Memory.file(folder);
                Memory heap = Memory.heap()) {
            Model model = model(vendor, server.url());
            for (Memory memory : List.of(files, heap)) {
                assertThat(print(run(model, memory, events))).doesNotContain(CANARY);
                assertThat(memory.read("s").stream().map(ProviderSecrecyTest::line))
                        .hasSizeGreaterThan(3)
                        .noneMatch(line -> line.contains(CANARY));
            }
            assertThat(server.requests().getFirst().line()).doesNotContain(CANARY);
            assertThat(model.name() + model).doesNotContain(CANARY);
        }
        assertThat(events.toString()).doesNotContain(CANARY);
        assertThat(stored()).isNotEmpty().noneMatch(file -> file.contains(CANARY));
        assertThat(logged.list)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getFormattedMessage()).doesNotContain(CANARY));
        assertThat(okHttpLogged).noneMatch(line -> line.contains(CANARY));
    }

    private static Throwable run(Model model, Memory memory, List<Event> events) {
        return catchThrowable(() -> {
            try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
                runner.run(
                        "s",
                        chat -> {
                            chat.user("Hello?");
                            chat.generate();
                        },
                        new FrontEnd() {
                            @Override
                            public Optional<dev.turbochat.step.Input> answer(Question question) {
                                return Optional.empty();
                            }

                            @Override
                            public void show(Event event) {
                                events.add(event);
                            }
                        });
            }
        });
    }

    private static String line(Entry entry) {
        return new String(EntryCodec.encode(entry), ISO_8859_1);
    }

    private List<String> stored() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> contents = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.add(new String(Files.readAllBytes(file), ISO_8859_1));
            }
            return contents;
        }
    }

    /** The whole of it, causes and suppressed ones included. */
    private static String print(Throwable e) {
        assertThat(e).isInstanceOf(dev.turbochat.error.ModelException.class);
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
