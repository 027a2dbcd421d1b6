package dev.turbochat.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The limit: a socket for each caller, kept open, and what of HTTP and JSON the server of the benchmark happens to need. It
 * takes the text from between two quotes, and would read no other server's answers.
 */
final class RawSocket implements Peer {
    private static final byte[] CONTENT = "\"content\":\"".getBytes(StandardCharsets.US_ASCII);

    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private URI server = URI.create("http://localhost");

    @Override
    public String name() {
        return "a raw socket";
    }

    @Override
    public void connect(String baseUrl) {
        server = URI.create(baseUrl);
    }

    @Override
    public String call(String question) throws IOException {
        Connection connection = taken();
        connection.send(request(question, ""));
        int length = 0;
        for (int end = connection.line(); end > connection.from; end = connection.line()) {
            String header = connection.text(connection.from, end);
            length = header.startsWith("Content-Length:") ? Integer.parseInt(header.substring(16)) : length;
            connection.from = end + 2;
        }
        connection.from += 2;
        connection.have(length);
        String answer = connection.content(connection.from + length);
        connection.from += length;
        idle.push(connection);
        return answer;
    }

    @Override
    public String stream(String question, Runnable onToken) throws IOException {
        Connection connection = taken();
        connection.send(request(question, ",\"stream\":true"));
        StringBuilder answer = new StringBuilder();
        while (true) {
            int end = connection.line();
            if (end - connection.from == 1 && connection.bytes[connection.from] == '0') {
                break;
            }
            if (end - connection.from > 100) { // an event, and no line between two
                String token = connection.content(end);
                if (!token.isEmpty()) {
                    answer.append(token);
                    onToken.run();
                }
            }
            connection.from = end < connection.to && connection.bytes[end] == '\r' ? end + 2 : end + 1;
        }
        connection.have(5); // 0, and an empty line
        idle.push(connection);
        return answer.toString();
    }

    private byte[] request(String question, String more) {
        String body =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]" + more + "}";
        return ("POST " + server.getPath() + "/chat/completions HTTP/1.1\r\nHost: " + server.getAuthority()
                        + "\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private Connection taken() throws IOException {
        Connection connection = idle.poll();
        return connection == null ? new Connection(server.getPort()) : connection;
    }

    /** One connection, and the bytes that have come and are not read yet. Used by one caller at a time. */
    private static final class Connection {
        private final Socket socket;
        private final InputStream in;
        private byte[] bytes = new byte[16_384];
        private int from;
        private int to;

        Connection(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            in = socket.getInputStream();
        }

        void send(byte[] request) throws IOException {
            from = 0;
            to = 0;
            socket.getOutputStream().write(request);
        }

        /** Where the line ends that begins here: its LF, or the CR before that. */
        int line() throws IOException {
            for (int at = from; ; at++) {
                if (at == to) {
                    int read = at - from;
                    have(read + 1);
                    at = from + read;
                }
                if (bytes[at] == '\n') {
                    return at > from && bytes[at - 1] == '\r' ? at - 1 : at;
                }
            }
        }

        /** Reads until there are so many bytes. */
        void have(int count) throws IOException {
            while (to - from < count) {
                if (to == bytes.length) {
                    System.arraycopy(bytes, from, bytes, 0, to - from);
                    to -= from;
                    from = 0;
                }
                int read = in.read(bytes, to, bytes.length - to);
                if (read < 0) {
                    throw new EOFException("The server for the benchmark hung up.");
                }
                to += read;
            }
        }

        String text(int begin, int end) {
            return new String(bytes, begin, end - begin, StandardCharsets.ISO_8859_1);
        }

        /** The text of a JSON document that ends here; empty if it has none. */
        String content(int end) {
            for (int at = from; at < end - CONTENT.length; at++) {
                if (bytes[at] == '"' && bytes[at + 1] == 'c' && isContent(at)) {
                    int begin = at + CONTENT.length;
                    int quote = begin;
                    while (bytes[quote] != '"') {
                        quote++;
                    }
                    return text(begin, quote);
                }
            }
            return "";
        }

        private boolean isContent(int at) {
            for (int i = 2; i < CONTENT.length; i++) {
                if (bytes[at + i] != CONTENT[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
