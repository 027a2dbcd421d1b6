package dev.turbochat.tool.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.step.AnyTool;
import dev.turbochat.step.Part;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class McpToolsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static McpTools tools;

    private final List<String> progress = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void open() throws InterruptedException {
        tools = McpTools.stdio(
                StdioServer.command(),
                o -> o.prefix("t_").trustHints().needsApproval("fails"::equals).environment(Map.of("TOLD", "so")));
    }

    @AfterAll
    static void close() {
        tools.close();
    }

    private static AnyTool tool(McpTools from, String name) {
        return from.tools().stream()
                .filter(tool -> tool.spec().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Object call(McpTools from, String name, String arguments) throws Exception {
        return Objects.requireNonNull(
                tool(from, name).prepare(JSON.readTree(arguments)).run(new AnyTool.Run() {
                    @Override
                    public String key() {
                        return "k:7";
                    }

                    @Override
                    public void progress(String text) {
                        progress.add(text);
                    }
                }));
    }

    private Object call(String name) throws Exception {
        return call(tools, name, "{}");
    }

    @Test
    void a_call_is_made_with_its_arguments() throws Exception {
        assertThat(call(tools, "t_echo", "{\"text\": \"häl\\nlo\"}")).isEqualTo("häl\nlo");
    }

    @Test
    void the_model_is_told_what_the_server_says_of_its_tools() {
        AnyTool echo = tool(tools, "t_echo");

        assertThat(echo.spec().description()).isEqualTo("It echo");
        assertThat(echo.spec().parameters())
                .isEqualTo(
                        JSON.readTree(
                                "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}},\"required\":[\"text\"]}"));
    }

    @Test
    void hints_count_if_they_are_trusted() throws Exception {
        assertThat(tool(tools, "t_echo").isIdempotent()).isTrue();
        assertThat(tool(tools, "t_fails").isIdempotent()).isFalse();
        try (McpTools wary = McpTools.stdio(StdioServer.command().toArray(String[]::new))) {
            assertThat(tool(wary, "echo").isIdempotent()).isFalse();
        }
    }

    @Test
    void the_user_is_asked_where_it_was_wanted() {
        assertThat(tool(tools, "t_fails").prepare(JSON.readTree("{}")).needsApproval())
                .isTrue();
        assertThat(tool(tools, "t_draws").prepare(JSON.readTree("{}")).needsApproval())
                .isFalse();
    }

    @Test
    void names_that_no_vendor_takes_are_changed_and_still_reach_their_tools() throws Exception {
        List<String> changed = tools.tools().stream()
                .map(tool -> tool.spec().name())
                .filter(name -> name.startsWith("t_a_b"))
                .toList();

        assertThat(changed).hasSize(2).doesNotHaveDuplicates();
        assertThat(List.of(call(changed.get(0)), call(changed.get(1)))).containsExactlyInAnyOrder("dotted", "slashed");
    }

    @Test
    void a_failure_is_what_the_tool_says_of_it() {
        assertThatThrownBy(() -> call("t_fails")).hasMessage("no such file");
    }

    @Test
    void arguments_that_do_not_fit_are_told() {
        assertThatThrownBy(() -> call(tools, "t_echo", "{}")).hasMessageContaining("text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> call(tools, "t_echo", "[]"))
                .withMessage("The arguments of 't_echo' are no JSON object; give one.");
    }

    @Test
    void progress_is_told_and_the_key_is_sent_along() throws Exception {
        assertThat(call("t_counts")).isEqualTo("key k:7");
        assertThat(progress).containsExactly("reading (1 of 2)", "2 of 2");
    }

    @Test
    void images_are_parts() throws Exception {
        assertThat(call("t_draws"))
                .isEqualTo(List.of(
                        Part.of("Here:"),
                        Part.Image.of(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n'}, "image/png")));
    }

    @Test
    void a_server_knows_what_it_was_told_and_no_keys() throws Exception {
        assertThat((String) call("t_knows")).startsWith("so null ");
    }

    @Test
    void a_server_that_ends_in_a_call_is_started_anew_for_the_next() throws Exception {
        try (McpTools mortal = McpTools.stdio(StdioServer.command(), o -> o)) {
            assertThatThrownBy(() -> call(mortal, "dies", "{}"))
                    .hasMessageEndingWith("ended before it answered: what came of the call is not known.");
            assertThat(call(mortal, "echo", "{\"text\": \"again\"}")).isEqualTo("again");
        }
    }

    @Test
    void a_call_that_is_too_slow_is_given_up() throws Exception {
        try (McpTools slow = McpTools.stdio(StdioServer.command(), o -> o.timeout(Duration.ofSeconds(20)))) {
            FutureTask<Object> hanging = new FutureTask<>(() -> call(slow, "hangs", "{}"));
            Thread thread = Thread.ofVirtual().start(hanging);
            assertThat(call(slow, "echo", "{\"text\": \"meanwhile\"}")).isEqualTo("meanwhile");
            thread.interrupt();

            assertThatThrownBy(() -> hanging.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
            assertThat(call(slow, "echo", "{\"text\": \"after\"}")).isEqualTo("after");
        }
    }

    @Test
    void closing_ends_the_server() throws Exception {
        McpTools closed = McpTools.stdio(StdioServer.command(), o -> o);
        String[] known = ((String) call(closed, "knows", "{}")).split(" ", -1);
        ProcessHandle process = ProcessHandle.of(Long.parseLong(known[2])).orElseThrow();
        closed.close();

        process.onExit().get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> call(closed, "knows", "{}"))
                .hasMessageEndingWith("was closed. The call was not made.");
    }

    @Test
    void a_command_that_is_none_is_named() {
        assertThatThrownBy(() -> McpTools.stdio("/no/such/server"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("MCP server '/no/such/server' cannot be used: ")
                .hasMessageEndingWith("Check its command or address.");
    }

    @Test
    void a_command_that_is_no_server_is_named() {
        assertThatThrownBy(() -> McpTools.stdio("/bin/echo", "hello"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("MCP server '/bin/echo' cannot be used: ");
    }

    @Test
    void a_server_over_http_is_called() throws Exception {
        try (HttpFixture web = new HttpFixture();
                McpTools over = McpTools.http(web.uri(), o -> o.headers(Map.of("Authorization", "Bearer b")))) {
            assertThat(call(over, "greet", "{}")).isEqualTo("Hello!");
            assertThat(web.seen).contains("initialize Bearer b", "tools/list Bearer b", "tools/call Bearer b");
        }
    }

    @Test
    void a_session_that_a_server_has_forgotten_is_begun_anew() throws Exception {
        try (HttpFixture web = new HttpFixture();
                McpTools over = McpTools.http(web.uri())) {
            web.session = "two";
            assertThat(call(over, "greet", "{}")).isEqualTo("Hello!");
            assertThat(web.calls())
                    .as("one that was refused, one that was taken")
                    .isEqualTo(2);
        }
    }

    @Test
    void nobody_at_the_address_is_said() {
        assertThatThrownBy(() -> McpTools.http(URI.create("http://127.0.0.1:9/mcp")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("MCP server 'http://127.0.0.1:9' cannot be used: ");
    }
}
