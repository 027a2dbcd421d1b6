package dev.turbochat.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** An OpenAI-compatible server by raw sockets: each request is kept, and answered with the next of the given bytes. */
final class ModelServer implements AutoCloseable {
    /** What a server does with one request. */
    interface Reply {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private volatile @Nullable Reply otherwise;

    ModelServer() throws IOException {
        Thread.ofPlatform().daemon().start(this::serve);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    /** The bodies of the requests so far. */
    List<String> requests() {
        return requests;
    }

    ModelServer then(Reply reply) {
        replies.add(reply);
        return this;
    }

    /** Answers so whatever nothing else was said of. */
    ModelServer always(Reply reply) {
        otherwise = reply;
        return this;
    }

    /** Answers with a status, headers (each ending in a line end) and a body. */
    ModelServer thenStatus(String status, String headers, String body) {
        return then(out -> write(
                out,
                "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: "
                        + body.getBytes(StandardCharsets.UTF_8).length + "\r\nConnection: close\r\n\r\n" + body));
    }

    /** Streams these pieces as an answer. */
    ModelServer thenStream(String... pieces) {
        return then(out -> {
            startStream(out);
            for (String piece : pieces) {
                piece(out, piece);
            }
            write(out, """
                    data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                    data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}

                    data: [DONE]

                    """);
        });
    }

    /** Streams an answer that has a tool called; the arguments are JSON. */
    ModelServer thenCall(String tool, String arguments) {
        return then(out -> {
            startStream(out);
            write(
                    out,
                    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call-" + tool
                            + "\",\"type\":\"function\",\"function\":{\"name\":\"" + tool + "\",\"arguments\":\""
                            + arguments.replace("\"", "\\\"")
                            + "\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n");
        });
    }

    static void startStream(OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
    }

    static void piece(OutputStream out, String text) throws IOException {
        write(out, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n");
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            requests.add(body(socket.getInputStream()));
            Reply reply = replies.poll();
            if (reply == null) {
                reply = otherwise == null ? replies.take() : otherwise;
            }
            reply.write(socket.getOutputStream());
        } catch (IOException e) {
            // the caller went away, as some tests want
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String body(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The request was cut.");
            }
            head.write(next);
        }
        int length = head.toString(StandardCharsets.ISO_8859_1)
                .lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
