package dev.turbochat.tool.mcp;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.step.AnyTool;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tools of an MCP server, for a model to have called.
 *
 * <pre>{@code
 * try (McpTools files = McpTools.stdio(List.of("mcp-files", "/data"), o -> o.prefix("files_"))) {
 *     runner.run("user-42", chat -> chat.generate(g -> g.tools(files.tools())), console);
 * }
 * }</pre>
 *
 * <p>The tools are those that the server had when it was opened. A call is made once: where the server ends or the
 * connection breaks meanwhile, the model is told that what came of it is not known. The next call starts or reaches the
 * server anew.
 *
 * <p>Thread-safe. Whoever opens it closes it; a server that was started is then ended, with what it started.
 */
public final class McpTools implements AutoCloseable {
    /** Makes a connection that nothing has been said over. */
    private interface Opening {
        Opened open() throws IOException;
    }

    /**
     * @param alive whether the server is still there, as far as can be known
     * @param ended done once it has ended, where that can be known
     */
    private record Opened(McpClientTransport transport, BooleanSupplier alive, CompletableFuture<?> ended) {}

    private final String server;
    private final McpOptions options;
    private final Opening opening;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Link link;
    private boolean closed;
    private List<AnyTool> tools = List.of();

    private McpTools(String server, McpOptions options, Opening opening) {
        this.server = server;
        this.options = options;
        this.opening = opening;
    }

    /** {@link #stdio(List, UnaryOperator)} with nothing set. */
    public static McpTools stdio(String... command) throws InterruptedException {
        return stdio(List.of(command), UnaryOperator.identity());
    }

    /**
     * Starts a server and talks to it over its standard input and output.
     *
     * <p>Of this process's environment it has the paths and the language only, no keys: what else it needs is an option.
     * What it writes to its standard error is logged.
     *
     * @throws ConfigurationException if it does not start, or does not answer as an MCP server does
     * @throws InterruptedException if the thread is interrupted; the server is ended
     */
    public static McpTools stdio(List<String> command, UnaryOperator<McpOptions> options) throws InterruptedException {
        McpOptions chosen = options.apply(McpOptions.DEFAULT);
        return opened(new McpTools(command.getFirst(), chosen, () -> {
            Child child = Child.start(command, chosen.environment());
            return new Opened(child, child::isAlive, child.ended());
        }));
    }

    /** {@link #http(URI, UnaryOperator)} with nothing set. */
    public static McpTools http(URI uri) throws InterruptedException {
        return http(uri, UnaryOperator.identity());
    }

    /**
     * Talks to a server over streamable HTTP.
     *
     * @param uri its endpoint, such as {@code https://example.org/mcp}; redirects are not followed
     * @throws ConfigurationException if it does not answer as an MCP server does
     * @throws InterruptedException if the thread is interrupted
     */
    public static McpTools http(URI uri, UnaryOperator<McpOptions> options) throws InterruptedException {
        McpOptions chosen = options.apply(McpOptions.DEFAULT);
        String base = uri.getScheme() + "://" + uri.getRawAuthority();
        String path = uri.toString().substring(base.length());
        HttpRequest.Builder request = HttpRequest.newBuilder();
        chosen.headers().forEach(request::header);
        return opened(new McpTools(
                base,
                chosen,
                () -> new Opened(
                        new Web(HttpClientStreamableHttpTransport.builder(base)
                                .endpoint(path.isEmpty() ? "/" : path)
                                .requestBuilder(request)
                                .customizeClient(client -> client.followRedirects(HttpClient.Redirect.NEVER))
                                .connectTimeout(chosen.timeout())
                                .build()),
                        () -> true,
                        new CompletableFuture<>())));
    }

    private static McpTools opened(McpTools tools) throws InterruptedException {
        try {
            tools.list();
            return tools;
        } catch (ToolFailed e) {
            tools.close();
            throw new ConfigurationException(
                    "MCP server '" + tools.server + "' cannot be used: " + e.getMessage()
                            + " Check its command or address.",
                    e);
        } catch (InterruptedException | RuntimeException e) {
            tools.close();
            throw e;
        }
    }

    private void list() throws ToolFailed, InterruptedException {
        List<McpSchema.Tool> found = link().tools();
        Map<String, String> names = Names.of(
                options.prefix(), found.stream().map(McpSchema.Tool::name).toList());
        List<AnyTool> made = new ArrayList<>();
        for (McpSchema.Tool tool : found) {
            made.add(new McpTool(this, options, tool, String.valueOf(names.get(tool.name()))));
        }
        tools = List.copyOf(made);
    }

    /** The server's tools, in its order. */
    public List<AnyTool> tools() {
        return tools;
    }

    /**
     * Makes a call.
     *
     * @param key the same for all attempts at it
     * @param told of its progress
     */
    McpSchema.CallToolResult call(String tool, Map<String, Object> arguments, String key, Consumer<String> told)
            throws ToolFailed, InterruptedException {
        try {
            return openLink().call(tool, arguments, key, told);
        } catch (ToolFailed.Forgotten e) { // so that nothing was done: once more, in a new session
            return openLink().call(tool, arguments, key, told);
        }
    }

    private Link openLink() throws ToolFailed, InterruptedException {
        try {
            return link();
        } catch (ToolFailed e) {
            throw new ToolFailed(e.getMessage() + " The call was not made.");
        }
    }

    /** The connection, a new one if the last is gone. */
    private Link link() throws ToolFailed, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (closed) {
                throw new ToolFailed("The connection to MCP server '" + server + "' was closed.");
            }
            Link last = link;
            if (last != null && last.isOpen()) {
                return last;
            }
            if (last != null) {
                last.close();
            }
            Opened opened = opening.open();
            Link next = new Link(server, opened.transport(), opened.alive(), opened.ended(), options);
            boolean greeted = false;
            try {
                next.greet();
                greeted = true;
            } finally {
                if (greeted) {
                    link = next;
                } else {
                    link = null; // half a connection is of no use to anybody
                    next.close();
                }
            }
            return next;
        } catch (IOException e) {
            throw new ToolFailed("MCP server '" + server + "' did not start (" + e.getMessage() + ").");
        } finally {
            lock.unlock();
        }
    }

    /** Ends the connection, and a server that was started for it. Calls under way fail. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (link != null) {
                link.close();
                link = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "McpTools[" + server + ", " + tools.size() + " tools]";
    }
}
