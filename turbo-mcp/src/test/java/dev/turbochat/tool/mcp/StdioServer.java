package dev.turbochat.tool.mcp;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** An MCP server in a JVM of its own, by the SDK's own server side. */
final class StdioServer {
    private static final McpSchema.ToolAnnotations READS =
            new McpSchema.ToolAnnotations(null, true, null, null, null, null);

    private StdioServer() {}

    static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StdioServer.class.getName());
    }

    public static void main(String[] args) {
        Map<String, Object> text = Map.of(
                "type", "object",
                "properties", Map.of("text", Map.of("type", "string")),
                "required", List.of("text"));
        Map<String, Object> none = Map.of("type", "object");
        System.err.println("started " + "x".repeat(5_000));
        McpServer.sync(new StdioServerTransportProvider(McpJsonDefaults.getMapper()))
                .serverInfo("test", "1")
                .strictToolNameValidation(false)
                .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
                .toolCall(tool("echo", text, READS), (exchange, call) -> {
                    note("echo " + call.meta().get("dev.turbochat/key"));
                    return say("" + call.arguments().get("text"));
                })
                .toolCall(
                        tool("fails", none, null),
                        (exchange, call) -> new CallToolResult(
                                List.of(McpSchema.TextContent.builder("no such file")
                                        .build()),
                                true,
                                null,
                                null))
                .toolCall(tool("dies", none, null), (exchange, call) -> {
                    Runtime.getRuntime().halt(3);
                    return say("");
                })
                .toolCall(tool("hangs", none, null), (exchange, call) -> {
                    note("hangs " + ProcessHandle.current().pid());
                    forever();
                    return say("");
                })
                .toolCall(tool("counts", none, null), StdioServer::count)
                .toolCall(
                        tool("draws", none, null),
                        (exchange, call) -> new CallToolResult(
                                List.of(
                                        McpSchema.TextContent.builder("Here:").build(),
                                        McpSchema.ImageContent.builder("iVBORw0KGgo=", "image/png")
                                                .build()),
                                false,
                                null,
                                null))
                .toolCall(
                        tool("knows", none, null),
                        (exchange, call) -> say(System.getenv("TOLD") + " " + System.getenv("OPENAI_API_KEY") + " "
                                + ProcessHandle.current().pid()))
                .toolCall(tool("a.b", none, null), (exchange, call) -> say("dotted"))
                .toolCall(tool("a/b", none, null), (exchange, call) -> say("slashed"))
                .build();
        forever();
    }

    /** Adds a line to the file that it was told of, if it was. */
    private static void note(String line) {
        String file = System.getenv("NOTES");
        if (file != null) {
            try {
                Files.writeString(Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void forever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static CallToolResult count(McpSyncServerExchange exchange, CallToolRequest call) {
        Object token = call.meta().get("progressToken");
        exchange.progressNotification(McpSchema.ProgressNotification.builder(token, 1)
                .total(2.0)
                .message("reading")
                .build());
        exchange.progressNotification(
                McpSchema.ProgressNotification.builder(token, 2).total(2.0).build());
        return say("key " + call.meta().get("dev.turbochat/key"));
    }

    private static McpSchema.Tool tool(
            String name, Map<String, Object> schema, McpSchema.@Nullable ToolAnnotations hints) {
        return McpSchema.Tool.builder(name, schema)
                .description("It " + name)
                .annotations(hints)
                .build();
    }

    private static CallToolResult say(String text) {
        return new CallToolResult(List.of(McpSchema.TextContent.builder(text).build()), false, null, null);
    }
}
