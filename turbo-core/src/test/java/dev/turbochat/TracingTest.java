package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Every step and every prompt can be logged, and no secret is. */
class TracingTest {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<Logger> loggers = new ArrayList<>();

    private void listenTo(String name) {
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(lines);
        loggers.add(logger);
        lines.start();
    }

    @AfterEach
    void restore() {
        for (Logger logger : loggers) {
            logger.detachAppender(lines);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }

    private List<String> traced() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static void talk() throws InterruptedException {
        try (Runner runner = Runner.of(Fakes.model("fine"))) {
            runner.run(
                    "s",
                    chat -> {
                        chat.askSecret("Key?");
                        chat.hear("Well?");
                        chat.generate();
                    },
                    Fakes.frontEnd("hunter2", "hi"));
        }
    }

    @Test
    void steps_as_they_are_taken() throws Exception {
        listenTo("dev.turbochat.steps");
        talk();
        assertThat(traced())
                .containsExactly(
                        "s takes GetSecret[prompt=Key?]",
                        "s takes GetUserInput[prompt=Well?, record=false]",
                        "s takes User[hi]",
                        "s takes Generate[settings=Settings{}, shown=true, selector=null]");
    }

    @Test
    void prompts_as_they_are_sent() throws Exception {
        listenTo("dev.turbochat.prompts");
        talk();
        assertThat(traced()).containsExactly("s prompts fake with Prompt[messages=[User[hi]], settings=Settings{}]");
    }

    @Test
    void no_secret() throws Exception {
        listenTo("dev.turbochat");
        talk();
        assertThat(traced()).isNotEmpty().noneMatch(line -> line.contains("hunter"));
    }
}
