package dev.turbochat.cli;

import static dev.turbochat.cli.Command.turbo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.cli.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code turbo sessions}, in processes of its own. */
class SessionsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path data;

    private final ModelServer server = new ModelServer();

    SessionsTest() throws IOException {}

    @AfterEach
    void close() {
        server.close();
    }

    private Result chat(String session, String... lines) throws IOException, InterruptedException {
        return turbo(data, "run", "chat", "--model", server.url() + "#m", "--session", session)
                .typing(lines)
                .run();
    }

    private Result sessions(String... arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 1];
        all[0] = "sessions";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return turbo(data, all).run();
    }

    @Test
    void list_and_show_tell_what_there_is() throws Exception {
        server.thenStream("Hello.");
        chat("s 1", "Hi");
        assertThat(sessions("list").out()).startsWith("'s 1'").contains("chat", "7 entries");
        assertThat(JSON.readTree(sessions("list", "--json").out())
                        .path("session")
                        .asString())
                .isEqualTo("s 1");
        assertThat(sessions("show", "s 1").out())
                .contains("user: Hi", "assistant: Hello.", "7 + 2 tokens", "run 1 of chat 1 begins");
        assertThat(sessions("show", "--json", "s 1").lines())
                .extracting(
                        line -> JSON.readTree(line).path("body").path("kind").asString())
                .containsExactly("header", "run-started", "message", "input", "message", "generating", "generated");
    }

    @Test
    void an_export_is_imported_as_a_session_that_goes_on() throws Exception {
        server.thenStream("Hello.").thenStream("Hi.");
        chat("s-1", "Hi");
        Path file = data.resolve("s-1.jsonl");
        assertThat(sessions("export", "s-1", file.toString()).status()).isZero();
        assertThat(sessions("export", "s-1").out()).isEqualTo(Files.readString(file));
        assertThat(sessions("import", file.toString(), "--session", "s-2").out())
                .isEqualTo("s-2\n");
        chat("s-2", "Who am I?");
        assertThat(server.requests().get(1)).contains("\"Hi\"", "\"Hello.\"", "\"Who am I?\"");
        assertThat(sessions("import", file.toString(), "--session", "s-2"))
                .isEqualTo(
                        new Result(1, "", "turbo: Session 's-2' exists already; name another, or delete it first.\n"));
    }

    @Test
    void a_file_that_is_no_export_is_refused_and_makes_no_session() throws Exception {
        server.thenStream("Hello.");
        chat("s-1", "Hi");
        List<String> lines = sessions("export", "s-1").lines();
        Path file = Files.write(
                data.resolve("bad.jsonl"), List.of(lines.get(0), lines.get(1).replace("chat", "chit")));
        Result result = sessions("import", file.toString(), "--session", "s-2");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("line 2 is not whole").hasLineCount(1);
        assertThat(sessions("show", "s-2").status()).isEqualTo(1);
    }

    @Test
    void a_fork_goes_its_own_way_from_an_entry_on() throws Exception {
        server.thenStream("One.").thenStream("Two.").thenStream("Other.");
        chat("s-1", "first", "second");
        assertThat(sessions("fork", "s-1", "--at", "6", "--session", "s-2").out())
                .isEqualTo("s-2\n");
        chat("s-2", "another");
        assertThat(server.requests().get(2))
                .contains("first", "One.", "another")
                .doesNotContain("second");
        assertThat(sessions("show", "s-1").out()).contains("second").doesNotContain("another");
        assertThat(sessions("fork", "s-1", "--at", "99").status()).isEqualTo(2);
    }

    @Test
    void a_session_that_was_taken_back_goes_on_from_there_and_keeps_what_was() throws Exception {
        server.thenStream("One.").thenStream("Two.").thenStream("Other.").thenStream("Last.");
        chat("s-1", "first", "second");
        assertThat(sessions("rewind", "s-1", "--at", "6").status()).isZero();
        chat("s-1", "another");
        assertThat(server.requests().get(2))
                .contains("first", "One.", "another")
                .doesNotContain("second");
        chat("s-1", "last");
        assertThat(server.requests().get(3))
                .contains("another", "Other.", "last")
                .doesNotContain("second");
        assertThat(sessions("show", "s-1").out())
                .containsPattern("(?m)^- +8 .*user: second")
                .containsPattern("(?m)^ +11 .*taken back to 6");
        assertThat(sessions("rewind", "s-1", "--at", "8").err()).contains("has no entry 8 to go back to");
    }

    @Test
    void replay_says_whether_recorded_sessions_fit_the_code() throws Exception {
        server.thenStream("Hello.");
        chat("s-1", "Hi");
        Path file = data.resolve("s-1.jsonl");
        sessions("export", "s-1", file.toString());
        assertThat(turbo(data, "replay", "chat", file.toString()).run())
                .isEqualTo(new Result(0, file + ": ok, 7 entries\n", ""));
        Result other = turbo(data, "replay", "pizza", file.toString()).run();
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.out())
                .startsWith(file + ": Session 's-1' cannot go on: at entry 1 your program was 'chat' version 1, and now"
                        + " it is 'pizza' version 1; what differs is the name of the program.")
                .hasLineCount(1);
        assertThat(turbo(data, "replay", "nope", file.toString()).run().status())
                .isEqualTo(2);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void a_deleted_session_is_gone_and_what_is_not_there_is_named() throws Exception {
        server.thenStream("Hello.");
        chat("s-1", "Hi");
        assertThat(sessions("delete", "s-1").status()).isZero();
        assertThat(sessions("list").out()).isEmpty();
        String[][] all = {
            {"show", "s-1"}, {"export", "s-1"}, {"fork", "s-1"}, {"delete", "s-1"}, {"rewind", "s-1", "--at", "0"}
        };
        for (String[] arguments : all) {
            assertThat(sessions(arguments))
                    .isEqualTo(new Result(
                            1,
                            "",
                            "turbo: Session 's-1' does not exist; 'turbo sessions list' shows those that do.\n"));
        }
        assertThat(sessions().status()).isEqualTo(2);
    }
}
