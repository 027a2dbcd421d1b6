package dev.turbochat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console as a person has it: keys into a real terminal, and what its screen shows. */
@Timeout(120)
class TerminalTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @SuppressWarnings("NullAway.Init")
    private Tmux tmux;

    private final ModelServer server = new ModelServer();

    TerminalTest() throws IOException {}

    @BeforeEach
    void open() {
        // CI installs tmux, and must not pass over these tests for want of it
        assumeTrue(Tmux.isInstalled() || "true".equals(System.getenv("CI")), "tmux is not installed");
        tmux = new Tmux(80, 30).knowsTheCommand();
    }

    @AfterEach
    void close() {
        server.close();
        if (tmux != null) {
            tmux.close();
        }
    }

    private Tmux chat(String environment, String... more) {
        return tmux.starts(
                data, environment, "run chat --session s-1 --model " + server.url() + "#m " + String.join(" ", more));
    }

    @Test
    void the_first_minute_is_a_menu_and_a_chat() {
        tmux.starts(data, "").shows("› chat").key("Down", "Up", "Enter");
        tmux.shows("Model: eliza").shows("\n>");
        tmux.type("Men are all alike.").key("Enter").shows("In what way?");
        tmux.prompts().key("C-d").shows("To go on: ./turbo run chat --session");
    }

    @Test
    void ctrl_c_stops_an_answer_and_at_the_prompt_leaves() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        server.then(out -> {
                    ModelServer.startStream(out);
                    ModelServer.piece(out, "Once upon a time ");
                    try {
                        while (true) {
                            ModelServer.write(out, ": still here\n\n");
                            LockSupport.parkNanos(10_000_000);
                        }
                    } finally {
                        left.countDown();
                    }
                })
                .thenStream("Fine.");
        chat("").shows(">").type("Tell me").key("Enter").shows("Once upon");
        tmux.key("C-c").shows("(stopped)");
        left.await();
        tmux.type("And you?").key("Enter").shows("Fine.");
        assertThat(server.requests().get(1)).contains("{\"role\":\"assistant\",\"content\":\"Once upon a time \"}");
        tmux.type("half a line").shows("half a line").key("C-c").shows("half a line\n>");
        tmux.key("C-c").shows("To go on:");
    }

    @Test
    void markdown_is_rendered_and_wrapped_to_the_width_that_the_terminal_has_now() {
        CountDownLatch resized = new CountDownLatch(1);
        server.then(out -> {
            ModelServer.startStream(out);
            ModelServer.piece(out, "# Title\\n\\nSome **bold** words.\\n\\n");
            resized.await();
            ModelServer.piece(out, "one two three four five six seven eight nine ten ");
            ModelServer.piece(out, "eleven twelve.\\n");
            ModelServer.write(out, "data: [DONE]\n\n");
        });
        chat("").shows(">").type("Go").key("Enter").shows("Some bold words.");
        assertThat(tmux.screen()).doesNotContain("**");
        assertThat(tmux.coloredScreen()).contains("\u001b[1m");
        tmux.resize(40, 30);
        resized.countDown();
        tmux.shows("twelve.");
        assertThat(tmux.screen())
                .containsPattern("one two three four five six seven( eight)?\\n(eight )?nine ten eleven twelve\\.");
    }

    @Test
    void a_hostile_answer_does_not_drive_the_terminal() {
        server.thenStream("before\\u001b[2J\\u001b]0;owned\\u0007after");
        chat("").shows(">").type("Go").key("Enter").shows("after");
        assertThat(tmux.screen()).contains("before").contains("Go");
    }

    @Test
    void a_paste_of_many_lines_is_one_input() {
        server.thenStream("Read.");
        chat("").shows(">").paste("first\nsecond\nthird").key("Enter").shows("Read.");
        assertThat(server.requests().getFirst()).contains("first\\nsecond\\nthird");
    }

    @Test
    void what_was_typed_is_remembered_and_commands_complete() {
        server.thenStream("One.").thenStream("Two.");
        chat("").shows(">").type("remember me").key("Enter").shows("One.");
        tmux.prompts().key("C-d").shows("To go on:");
        chat("").shows(">").key("Up").shows("> remember me").key("C-u");
        tmux.type("/hi").key("Tab", "Enter").shows("> remember me\n").shows("One.");
    }

    @Test
    void choices_are_picked_with_the_arrows() {
        tmux.starts(data, "", "run pizza --model eliza")
                .shows("› small")
                .key("Down", "Down")
                .shows("› large");
        tmux.key("Enter")
                .shows("So: Order[size=LARGE]?")
                .shows("› yes")
                .type("n")
                .shows("› no")
                .key("Enter");
        tmux.shows("› small").key("C-c").shows("To go on:");
    }

    @Test
    void a_dumb_terminal_and_no_color_get_plain_text() {
        server.thenStream("Some **bold** words.").thenStream("More **bold** words.");
        chat("TERM=dumb").shows(">").type("Go").key("Enter").shows("bold");
        assertThat(tmux.coloredScreen()).doesNotContain("\u001b[1m");
        tmux.prompts().key("C-d").shows("To go on:");
        chat("NO_COLOR=1").shows(">").type("Go").key("Enter").shows("More");
        assertThat(tmux.coloredScreen()).doesNotContain("\u001b[1m");
    }

    @Test
    void a_failure_is_one_line_and_the_shell_is_as_it_was() {
        server.thenStatus("401 Unauthorized", "", "{}");
        chat("").shows(">").type("Go").key("Enter").shows("turbo: Model '");
        tmux.shows("To go on: ./turbo run chat --session s-1");
        tmux.type("echo still $((40 + 2))").key("Enter").shows("still 42");
    }

    @Test
    void ctrl_c_in_a_dumb_terminal_stops_an_answer_and_leaves_at_the_prompt() {
        server.then(out -> {
            ModelServer.startStream(out);
            ModelServer.piece(out, "Once upon a time ");
            while (true) {
                ModelServer.write(out, ": still here\n\n");
                LockSupport.parkNanos(10_000_000);
            }
        });
        chat("TERM=dumb").shows(">").type("Tell me").key("Enter").shows("Once upon");
        tmux.key("C-c").shows("(stopped)").key("C-c").shows("To go on:");
    }
}
