package dev.turbochat.tool.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server that speaks streamable HTTP as the specification of 2025-06-18 has it, and knows two tools, one of which hangs. */
final class HttpFixture implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    final List<String> seen = new CopyOnWriteArrayList<>();
    volatile String session = "one";
    final CountDownLatch hanging = new CountDownLatch(1);
    private HttpServer server;

    HttpFixture() throws IOException {
        server = serve(0);
    }

    private HttpServer serve(int port) throws IOException {
        HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        made.createContext("/mcp", this::answer);
        made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        made.start();
        return made;
    }

    /** Is gone at once, and with it the connections. */
    void kill() {
        server.stop(0);
    }

    /** Is there again where it was, and knows no session any more. */
    void restart() throws IOException {
        int port = server.getAddress().getPort();
        session = "another";
        server = serve(port);
    }

    /** How often a tool was called. */
    long calls() {
        return seen.stream().filter(each -> each.startsWith("tools/call")).count();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.sendResponseHeaders(405, -1);
            exchange.close();
            return;
        }
        JsonNode message = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String method = message.path("method").asString("");
        seen.add(method + " " + exchange.getRequestHeaders().getFirst("Authorization"));
        String claimed = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
        if (claimed != null && !claimed.equals(session)) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        } else if (message.path("id").isMissingNode()) {
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        } else if (message.path("params").path("name").asString("").equals("hangs")) {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            hanging.countDown();
        } else {
            Object result = result(method, message.path("params"));
            send(
                    exchange,
                    JSON.writeValueAsString(Map.of(
                            "jsonrpc",
                            "2.0",
                            "id",
                            JSON.treeToValue(message.path("id"), Object.class),
                            "result",
                            result)),
                    method.equals("tools/call"));
        }
    }

    private static Object result(String method, JsonNode params) {
        return switch (method) {
            case "initialize" ->
                Map.of(
                        "protocolVersion", params.path("protocolVersion").asString(),
                        "capabilities", Map.of("tools", Map.of()),
                        "serverInfo", Map.of("name", "web", "version", "1"));
            case "tools/list" ->
                Map.of(
                        "tools",
                        List.of(
                                Map.of("name", "greet", "inputSchema", Map.of("type", "object")),
                                Map.of("name", "hangs", "inputSchema", Map.of("type", "object"))));
            default -> Map.of("content", List.of(Map.of("type", "text", "text", "Hello!")));
        };
    }

    private void send(HttpExchange exchange, String json, boolean streamed) throws IOException {
        byte[] body = (streamed ? "event: message\ndata: " + json + "\n\n" : json).getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", streamed ? "text/event-stream" : "application/json");
        exchange.getResponseHeaders().add("Mcp-Session-Id", session);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
