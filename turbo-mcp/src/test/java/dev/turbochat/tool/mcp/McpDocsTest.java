package dev.turbochat.tool.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.Chat;
import dev.turbochat.FrontEnd;
import dev.turbochat.Runner;
import dev.turbochat.error.SessionException.SessionAsleep;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/mcp.md shows. */
@Timeout(60)
class McpDocsTest {
    static void talk(Chat chat, McpTools files, McpTools tracker) {
        while (true) {
            chat.hear();
            chat.generate(g -> g.tools(files.tools()).tools(tracker.tools()));
        }
    }

    private static void run(Runner runner, List<String> command, URI address, String token, FrontEnd console)
            throws InterruptedException {
        try (McpTools files = McpTools.stdio(command, o -> o.prefix("files_").needsApproval("echo"::equals));
                McpTools tracker = McpTools.http(address, o -> o.headers(Map.of("Authorization", "Bearer " + token)))) {
            runner.run("user-42", chat -> talk(chat, files, tracker), console);
        }
    }

    @Test
    void tools_of_two_servers_one_of_them_approved() throws Exception {
        Deque<Message.Assistant> replies = new ArrayDeque<>(List.of(
                new Message.Assistant(
                        List.of(),
                        Message.Finish.TOOL_CALLS,
                        List.of(
                                new ToolCall("a", "files_echo", "{\"text\": \"hi\"}"),
                                new ToolCall("b", "greet", "{}"))),
                new Message.Assistant("There.")));
        List<String> told = new ArrayList<>();
        Model model = (prompt, listener) -> {
            prompt.messages().stream()
                    .filter(Message.ToolResult.class::isInstance)
                    .forEach(result -> told.add(result.text()));
            return new Completion(List.of(replies.pop()), Usage.NONE, "scripted");
        };
        List<String> asked = new ArrayList<>();
        Deque<String> answers = new ArrayDeque<>(List.of("go", "yes"));
        try (HttpFixture web = new HttpFixture();
                Memory memory = Memory.heap();
                Runner runner = Runner.of(model, r -> r.memory(memory))) {
            assertThatThrownBy(() -> run(runner, StdioServer.command(), web.uri(), "b", question -> {
                        asked.add(question.prompt());
                        return Optional.ofNullable(answers.poll()).map(Input::text);
                    }))
                    .isInstanceOf(SessionAsleep.class);
            assertThat(web.seen).contains("tools/call Bearer b");
        }
        assertThat(asked).anyMatch(question -> question.contains("'files_echo' with {\"text\": \"hi\"}"));
        assertThat(told).containsExactly("hi", "Hello!");
    }
}
