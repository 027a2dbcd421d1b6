package dev.turbochat.tool.mcp;

import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How a server is talked to, and what is made of its tools. Immutable: every method returns a copy.
 *
 * @param timeout for a connection, and for each call; a minute unless set
 * @param prefix stands before the names of its tools, so that those of two servers do not clash; empty unless set
 * @param hintsTrusted whether the server is believed that a tool only reads, or may be called twice; not unless set
 * @param approval of which tools, by the server's name for them, the user is asked before each call; none unless set
 * @param environment what a server that is started here has in its environment besides the usual; nothing unless set
 * @param headers what is sent to a server over HTTP, such as {@code Authorization}; nothing unless set
 */
public record McpOptions(
        Duration timeout,
        String prefix,
        boolean hintsTrusted,
        Predicate<String> approval,
        Map<String, String> environment,
        Map<String, String> headers) {
    static final McpOptions DEFAULT =
            new McpOptions(Duration.ofMinutes(1), "", false, name -> false, Map.of(), Map.of());

    /**
     * @throws IllegalArgumentException if the time is none
     */
    public McpOptions {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "An MCP server was given " + timeout + " to answer; give it more than zero.");
        }
        environment = Map.copyOf(environment);
        headers = Map.copyOf(headers);
    }

    /** A copy with another time for a connection and for each call. */
    public McpOptions timeout(Duration newTimeout) {
        return new McpOptions(newTimeout, prefix, hintsTrusted, approval, environment, headers);
    }

    /** A copy with this before the tools' names, such as {@code files_}. */
    public McpOptions prefix(String newPrefix) {
        return new McpOptions(timeout, newPrefix, hintsTrusted, approval, environment, headers);
    }

    /** A copy that believes the server's hints: a tool that only reads, or is idempotent, is called again after a crash. */
    public McpOptions trustHints() {
        return new McpOptions(timeout, prefix, true, approval, environment, headers);
    }

    /** A copy that has the user asked before each call of these tools, by the server's name for them. */
    public McpOptions needsApproval(Predicate<String> tools) {
        return new McpOptions(timeout, prefix, hintsTrusted, tools, environment, headers);
    }

    /** A copy with these environment variables for a server that is started here. */
    public McpOptions environment(Map<String, String> variables) {
        return new McpOptions(timeout, prefix, hintsTrusted, approval, variables, headers);
    }

    /** A copy with these headers for a server over HTTP. */
    public McpOptions headers(Map<String, String> newHeaders) {
        return new McpOptions(timeout, prefix, hintsTrusted, approval, environment, newHeaders);
    }

    /** Names only: environments and headers hold keys. */
    @Override
    public String toString() {
        return "McpOptions[" + timeout + ", " + prefix + ", environment " + environment.keySet() + ", headers "
                + headers.keySet() + "]";
    }
}
