package dev.turbochat.memory.redis;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The world outside the nodes: a model server that streams, and a place where effects are carried out. It keeps an account
 * of who asked for what, whatever becomes of those who asked. Thread-safe.
 */
final class Outside implements AutoCloseable {
    private static final Pattern ASKED = Pattern.compile(".*\"content\" ?: ?\"about (\\S+) (\\w+)\"", Pattern.DOTALL);
    private static final int PIECES = 5;

    private final HttpServer server;
    private final List<Deed> deeds = new CopyOnWriteArrayList<>();

    /** Is run before each piece of an answer but the first. */
    private volatile Pace pace = call -> Thread.sleep(10);

    /**
     * What somebody had done here.
     *
     * @param node who
     * @param session in which session
     * @param name what it was called
     * @param key the idempotency key, empty of a model call
     * @param value what came of it: another one every time
     */
    record Deed(String node, String session, String name, String key, String value) {}

    /** How fast a model speaks. */
    interface Pace {
        void beforePiece(Deed call) throws InterruptedException;
    }

    Outside() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/act/", this::act);
        server.createContext("/model/", this::complete);
        server.start();
    }

    void pace(Pace newPace) {
        pace = newPace;
    }

    /** Where a node finds it. */
    String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Deed> deeds() {
        return List.copyOf(deeds);
    }

    /** What was done under a name in a session. */
    List<Deed> deeds(String session, String name) {
        return deeds.stream()
                .filter(deed -> deed.session().equals(session) && deed.name().equals(name))
                .toList();
    }

    /** Carries out {@code /act/NODE/SESSION/NAME/KEY}. */
    private void act(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] parts = exchange.getRequestURI().getPath().split("/", -1);
            Deed deed = new Deed(
                    parts[2], parts[3], parts[4], parts[5], UUID.randomUUID().toString());
            deeds.add(deed);
            byte[] body = deed.value().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Answers {@code /model/NODE/chat/completions}, whose last message says which session it is about. */
    private void complete(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Matcher about = ASKED.matcher(asked);
            if (!about.find()) {
                throw new IOException("nobody knows what this is about: " + asked);
            }
            String node = exchange.getRequestURI().getPath().split("/", -1)[2];
            Deed call = new Deed(
                    node, about.group(1), about.group(2), "", UUID.randomUUID().toString());
            deeds.add(call);
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            send(out, chunk("Reply", "null"));
            for (String piece : pieces(call.value()).toList()) {
                pace.beforePiece(call);
                send(out, chunk(piece, "null"));
            }
            send(out, chunk("", "\"stop\""));
            send(out, "[DONE]");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Stream<String> pieces(String value) {
        int size = value.length() / PIECES + 1;
        return Stream.concat(
                Stream.of(" "),
                Stream.iterate(0, from -> from < value.length(), from -> from + size)
                        .map(from -> value.substring(from, Math.min(from + size, value.length()))));
    }

    private static String chunk(String piece, String finish) {
        return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
                + "{\"content\":\"" + piece + "\"},\"finish_reason\":" + finish + "}]}";
    }

    private static void send(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
