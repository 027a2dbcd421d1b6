package dev.turbochat.tool.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.Routine;
import dev.turbochat.Runner;
import dev.turbochat.error.BackendException;
import dev.turbochat.error.SessionException.SessionAsleep;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose model has the tools of a server called: live, in replay, after a crash, and when the server dies. */
@Timeout(120)
class McpRunsTest {
    @TempDir
    Path folder;

    private final Memory memory = Memory.heap();
    private final Deque<Act> acts = new ArrayDeque<>();
    private final List<Prompt> prompts = new ArrayList<>();
    private final Model model = (prompt, listener) -> {
        prompts.add(prompt);
        return new Completion(List.of(acts.pop().answer()), Usage.NONE, "scripted");
    };

    private interface Act {
        Message.Assistant answer();
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private Path notes() {
        return folder.resolve("notes");
    }

    private List<String> noted() throws IOException {
        return Files.exists(notes()) ? Files.readAllLines(notes()) : List.of();
    }

    private McpTools stdio() throws InterruptedException {
        return McpTools.stdio(StdioServer.command(), o -> o.environment(Map.of("NOTES", notes().toString())));
    }

    private static Message.Assistant wants(ToolCall... calls) {
        return new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, List.of(calls));
    }

    private void modelCalls(ToolCall... calls) {
        acts.add(() -> wants(calls));
    }

    private void modelSays(String text) {
        acts.add(() -> new Message.Assistant(text));
    }

    private static ToolCall echo(String id) {
        return new ToolCall(id, "echo", "{\"text\": \"" + id + "!\"}");
    }

    private static Routine with(McpTools tools) {
        return chat -> {
            chat.hear();
            chat.generate(g -> g.tools(tools.tools()));
        };
    }

    private void run(Memory on, Routine program, String... inputs) throws InterruptedException {
        Deque<String> left = new ArrayDeque<>(List.of(inputs));
        try (Runner runner = Runner.of(model, r -> r.memory(on))) {
            runner.run(
                    "s", program, question -> Optional.ofNullable(left.poll()).map(Input::text));
        }
    }

    /** What came of each call, as the journal has it. */
    private List<String> recorded() {
        return memory.read("s").stream()
                .map(entry -> entry.body())
                .filter(Body.Called.class::isInstance)
                .map(body -> ((Body.Called) body).result())
                .map(result -> result.callId() + (result.failed() ? " failed: " : ": ") + result.text())
                .toList();
    }

    /** What the model has been told of its calls. */
    private List<String> told() {
        return prompts.getLast().messages().stream()
                .filter(Message.ToolResult.class::isInstance)
                .map(message -> ((Message.ToolResult) message).callId() + ": " + message.text())
                .toList();
    }

    @Test
    void a_result_is_recorded_and_told_to_the_model() throws Exception {
        modelCalls(echo("a"), new ToolCall("b", "draws", "{}"));
        modelSays("There.");
        try (McpTools tools = stdio()) {
            run(memory, with(tools), "go");
        }
        assertThat(recorded()).containsExactlyInAnyOrder("a: a!", "b: Here:");
        assertThat(told()).containsExactly("a: a!", "b: Here:");
        assertThat(prompts.getLast().messages().getLast().parts())
                .hasSize(2)
                .last()
                .isInstanceOf(Part.Image.class);
        assertThat(prompts.getFirst().tools()).anyMatch(tool -> tool.name().equals("echo"));
        assertThat(acts).isEmpty();
    }

    @Test
    void what_fails_at_the_server_is_told_to_the_model_and_the_program_goes_on() throws Exception {
        modelCalls(
                new ToolCall("a", "fails", "{}"),
                new ToolCall("b", "echo", "{}"),
                new ToolCall("c", "echo", "no JSON"),
                new ToolCall("d", "ech", "{}"));
        modelSays("I see.");
        try (McpTools tools = stdio()) {
            run(memory, with(tools), "go");
        }
        assertThat(told().get(0)).isEqualTo("a: It failed: no such file");
        assertThat(told().get(1)).startsWith("b: It failed: ").contains("text");
        assertThat(told().get(2)).startsWith("c: The arguments are not JSON: ");
        assertThat(told().get(3)).startsWith("d: There is no tool 'ech'; there are '");
        assertThat(recorded()).hasSize(4).allMatch(result -> result.contains(" failed: "));
    }

    @Test
    void a_call_that_takes_too_long_is_told_to_the_model_with_the_servers_name() throws Exception {
        modelCalls(new ToolCall("a", "hangs", "{}"), new ToolCall("b", "greet", "{}"));
        modelSays("Too bad.");
        try (HttpFixture web = new HttpFixture();
                McpTools tools = McpTools.http(web.uri(), o -> o.timeout(Duration.ofSeconds(2)))) {
            run(memory, with(tools), "go");
            assertThat(told())
                    .containsExactly(
                            "a: It failed: MCP server 'http://" + web.uri().getAuthority()
                                    + "' did not answer within 2000 ms: what came of the call is not known.",
                            "b: Hello!");
        }
    }

    private void kill(String line) throws Exception {
        ProcessHandle process = ProcessHandle.of(Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .orElseThrow();
        process.destroyForcibly();
        process.onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void a_server_that_is_killed_in_a_call_is_told_and_started_again_for_the_next() throws Exception {
        modelCalls(new ToolCall("a", "hangs", "{}"));
        modelCalls(echo("b"));
        modelSays("So it goes.");
        try (McpTools tools = stdio()) {
            FutureTask<Boolean> running = new FutureTask<>(() -> {
                run(memory, with(tools), "go");
                return true;
            });
            Thread.ofVirtual().start(running);
            await().until(() -> !noted().isEmpty());
            kill(noted().getFirst());
            running.get();
        }
        assertThat(recorded()).hasSize(2);
        assertThat(told().get(0))
                .startsWith("a: It failed: MCP server '")
                .endsWith("java' ended before it answered: what came of the call is not known.");
        assertThat(told().get(1)).isEqualTo("b: b!");
    }

    @Test
    void a_server_that_was_killed_between_two_calls_is_started_again_unnoticed() throws Exception {
        List<Long> killed = new ArrayList<>();
        modelCalls(new ToolCall("a", "knows", "{}"));
        acts.add(() -> {
            String pid = told().getFirst();
            try {
                kill(pid.substring(pid.lastIndexOf(' ')));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            killed.add(1L);
            return wants(echo("b"));
        });
        modelSays("Good.");
        try (McpTools tools = stdio()) {
            run(memory, with(tools), "go");
        }
        assertThat(killed).hasSize(1);
        assertThat(told()).hasSize(2).last().isEqualTo("b: b!");
    }

    @Test
    void a_server_that_does_not_start_again_is_told_and_no_call_is_said_to_be_made() throws Exception {
        Path script = folder.resolve("server.sh");
        Files.writeString(
                script, "exec '" + String.join("' '", StdioServer.command()).replace("\n", "") + "'\n");
        modelCalls(new ToolCall("a", "dies", "{}"));
        acts.add(() -> {
            script.toFile().delete();
            return wants(echo("b"));
        });
        modelSays("So it goes.");
        try (McpTools tools = McpTools.stdio("sh", script.toString())) {
            run(memory, with(tools), "go");
        }
        assertThat(told())
                .containsExactly(
                        "a: It failed: MCP server 'sh' ended before it answered: what came of the call is not known.",
                        "b: It failed: MCP server 'sh' ended before it answered. The call was not made.");
    }

    @Test
    void a_server_over_http_that_dies_in_a_call_is_told_and_used_again_once_it_is_back() throws Exception {
        try (HttpFixture web = new HttpFixture();
                McpTools tools = McpTools.http(web.uri(), o -> o.timeout(Duration.ofSeconds(20)))) {
            modelCalls(new ToolCall("a", "hangs", "{}"));
            modelCalls(new ToolCall("b", "greet", "{}"));
            acts.add(() -> {
                try {
                    web.restart();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                return wants(new ToolCall("c", "greet", "{}"));
            });
            modelSays("Good.");
            FutureTask<Boolean> running = new FutureTask<>(() -> {
                run(memory, with(tools), "go");
                return true;
            });
            Thread.ofVirtual().start(running);
            web.hanging.await();
            web.kill();
            running.get();
            assertThat(told().get(0))
                    .startsWith("a: It failed: MCP server '"
                            + web.uri().resolve("/").toString().replaceAll("/$", ""))
                    .endsWith("what came of the call is not known.");
            assertThat(told().get(1))
                    .startsWith("b: It failed: MCP server 'http://")
                    .endsWith("' cannot be reached: the call was not made.");
            assertThat(told().get(2)).as("%s", web.seen).isEqualTo("c: Hello!");
        }
    }

    @Test
    void a_session_that_a_server_has_forgotten_between_two_calls_is_begun_again_unnoticed() throws Exception {
        try (HttpFixture web = new HttpFixture();
                McpTools tools = McpTools.http(web.uri())) {
            modelCalls(new ToolCall("a", "greet", "{}"));
            acts.add(() -> {
                web.session = "two";
                return wants(new ToolCall("b", "greet", "{}"));
            });
            modelSays("Good.");
            run(memory, with(tools), "go");
            assertThat(told()).containsExactly("a: Hello!", "b: Hello!");
        }
    }

    @Test
    void what_was_recorded_is_not_called_again() throws Exception {
        modelCalls(echo("a"));
        modelSays("There.");
        modelSays("Still there.");
        try (McpTools tools = stdio()) {
            Routine twice = chat -> {
                with(tools).run(chat);
                with(tools).run(chat);
            };
            assertThatThrownBy(() -> run(memory, twice, "go")).isInstanceOf(SessionAsleep.class);
            run(memory, twice, "and now?");
        }
        assertThat(told()).containsExactly("a: a!");
        assertThat(noted()).hasSize(1);
        assertThat(acts).isEmpty();
    }

    /** Cannot store what came of the first call, as a process that is killed cannot. */
    private Memory crashing() {
        AtomicBoolean crashes = new AtomicBoolean(true);
        return new ForwardingMemory(memory) {
            @Override
            public Appended append(Append append) {
                if (append.entries().getLast().body() instanceof Body.Called && crashes.get()) {
                    throw new BackendException("It is gone.", null);
                }
                return super.append(append);
            }

            @Override
            public void close() {}
        };
    }

    private void crashInTheCall(McpTools tools) {
        modelCalls(echo("a"));
        modelSays("There.");
        assertThatThrownBy(() -> run(crashing(), with(tools), "go")).isInstanceOf(BackendException.class);
    }

    @Test
    void a_call_that_a_crash_cut_off_is_not_made_again() throws Exception {
        try (McpTools tools = stdio()) {
            crashInTheCall(tools);
            run(memory, with(tools));
        }
        assertThat(told()).singleElement().asString().startsWith("a: The call was cut off. Nobody knows");
        assertThat(noted()).hasSize(1);
    }

    @Test
    void a_call_that_a_crash_cut_off_is_made_again_where_the_servers_hints_are_trusted() throws Exception {
        try (McpTools tools = McpTools.stdio(
                StdioServer.command(), o -> o.trustHints().environment(Map.of("NOTES", notes().toString())))) {
            crashInTheCall(tools);
            run(memory, with(tools));
        }
        assertThat(told()).containsExactly("a: a!");
        assertThat(noted()).hasSize(2).allMatch(line -> line.matches("echo [^ ]+:\\d+.*"));
        assertThat(noted().get(0)).as("the key of both attempts").isEqualTo(noted().get(1));
    }
}
