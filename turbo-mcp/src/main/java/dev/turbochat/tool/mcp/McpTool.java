package dev.turbochat.tool.mcp;

import dev.turbochat.step.AnyTool;
import dev.turbochat.step.ToolSpec;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One tool of a server. */
final class McpTool implements AnyTool {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    private final McpTools tools;
    private final McpOptions options;
    private final McpSchema.Tool tool;
    private final ToolSpec spec;

    McpTool(McpTools tools, McpOptions options, McpSchema.Tool tool, String name) {
        this.tools = tools;
        this.options = options;
        this.tool = tool;
        Map<String, Object> schema = new HashMap<>(tool.inputSchema() == null ? Map.of() : tool.inputSchema());
        schema.putIfAbsent("type", "object");
        this.spec = new ToolSpec(name, tool.description() == null ? "" : tool.description(), JSON.valueToTree(schema));
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public boolean isIdempotent() {
        McpSchema.ToolAnnotations hints = tool.annotations();
        return options.hintsTrusted()
                && hints != null
                && (Boolean.TRUE.equals(hints.readOnlyHint()) || Boolean.TRUE.equals(hints.idempotentHint()));
    }

    /** Longer than connecting and calling may take, so that what is told of it is what the connection says. */
    @Override
    public Duration timeout() {
        return options.timeout().multipliedBy(2).plus(SLACK);
    }

    @Override
    public Ready prepare(JsonNode arguments) {
        if (!arguments.isObject()) {
            throw new IllegalArgumentException("The arguments of '" + spec.name() + "' are no JSON object; give one.");
        }
        Map<String, Object> fields = JSON.convertValue(arguments, FIELDS);
        boolean asks = options.approval().test(tool.name());
        return new Ready() {
            @Override
            public boolean needsApproval() {
                return asks;
            }

            @Override
            public Object run(Run run) throws Exception {
                return Results.of(spec.name(), tools.call(tool.name(), fields, run.key(), run::progress));
            }
        };
    }

    @Override
    public String toString() {
        return "McpTool[" + spec.name() + "]";
    }
}
