package dev.turbochat.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers chat completions as OpenAI's does, with bytes that were made beforehand: no client waits for it
 * longer than it must. Runs in a process of its own, and ends with its standard input.
 */
final class ModelServer {
    static final int TOKENS = 500;

    private static final int BACKLOG = 4_096;
    private static final int EVENTS_A_WRITE = 25;
    private static final String ID = "\"id\":\"chatcmpl-1\",\"created\":1700000000,\"model\":\"m\"";
    private static final Pattern STREAMED = Pattern.compile("\"stream\"\\s*:\\s*true");
    private static final byte[] WHOLE = whole();
    private static final byte[][] STREAM = stream();

    private ModelServer() {}

    /** Prints its port, and serves. */
    public static void main(String[] ignored) throws IOException {
        ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        System.out.println(server.getLocalPort());
        Thread.ofVirtual().start(() -> accept(server));
        while (System.in.read() >= 0) {
            // until whoever started this is gone
        }
        System.exit(0);
    }

    private static void accept(ServerSocket server) {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                throw new IllegalStateException("The server for the benchmark has broken down.", e);
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            socket.setTcpNoDelay(true);
            for (String body = request(in); body != null; body = request(in)) {
                if (STREAMED.matcher(body).find()) {
                    for (byte[] part : STREAM) {
                        out.write(part);
                    }
                } else {
                    out.write(WHOLE);
                }
            }
        } catch (IOException e) {
            return; // the client is gone
        }
    }

    /** The body of a request; null if there is none any more. */
    private static @Nullable String request(InputStream in) throws IOException {
        int length = 0;
        boolean chunked = false;
        String line = line(in);
        if (line == null) {
            return null;
        }
        while (line != null && !line.isEmpty()) {
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            }
            chunked |= header.startsWith("transfer-encoding:") && header.contains("chunked");
            line = line(in);
        }
        return chunked ? chunks(in) : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String chunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            String size = line(in);
            int length = size == null ? 0 : Integer.parseInt(size.strip(), 16);
            body.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
            line(in);
            if (length == 0) {
                return body.toString();
            }
        }
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static byte[] whole() {
        String json = "{" + ID + ",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                + "\"assistant\",\"content\":\"" + "A fine day, a fine question. ".repeat(7) + "\",\"refusal\":null},"
                + "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":20,"
                + "\"completion_tokens\":49,\"total_tokens\":69}}";
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n"
                        + json)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The first token by itself, the others some at a time, each in a chunk of its own. */
    private static byte[][] stream() {
        byte[][] parts = new byte[1 + (TOKENS - 1 + EVENTS_A_WRITE - 1) / EVENTS_A_WRITE][];
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        parts[0] = (head + chunk(0)).getBytes(StandardCharsets.US_ASCII);
        for (int part = 1; part < parts.length; part++) {
            ByteArrayOutputStream events = new ByteArrayOutputStream();
            int from = 1 + (part - 1) * EVENTS_A_WRITE;
            for (int i = from; i < Math.min(TOKENS, from + EVENTS_A_WRITE); i++) {
                events.writeBytes(chunk(i).getBytes(StandardCharsets.US_ASCII));
            }
            if (part == parts.length - 1) {
                events.writeBytes(
                        (framed("data: {" + ID + ",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
                                                + "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n")
                                        + framed("data: [DONE]\n\n") + "0\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            parts[part] = events.toByteArray();
        }
        return parts;
    }

    private static String chunk(int token) {
        return framed("data: {" + ID + ",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{"
                + (token == 0 ? "\"role\":\"assistant\"," : "") + "\"content\":\" word" + token
                + "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n");
    }

    private static String framed(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }
}
