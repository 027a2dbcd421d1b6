package dev.turbochat.model.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on a bare socket that does exactly what a test says, byte by byte. */
public final class FaultServer implements AutoCloseable {
    /** The head of a stream that ends with the connection. */
    public static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    /** The head of a stream in HTTP chunks. */
    public static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    /** What a connection does once a request has come. */
    @FunctionalInterface
    public interface Reply {
        void send(Connection connection) throws Exception;
    }

    private final ServerSocket socket;
    private final Reply reply;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private FaultServer(Reply reply) {
        this.reply = reply;
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("fault-server").start(this::accept);
    }

    public static FaultServer that(Reply reply) {
        return new FaultServer(reply);
    }

    /** A server that sends this text and closes. */
    public static FaultServer sending(String text) {
        return new FaultServer(connection -> connection.send(text));
    }

    /** A server that answers with a whole document. */
    public static FaultServer answering(int status, String type, String body, String... headers) {
        return sending(document(status, type, body, headers));
    }

    public static String document(int status, String type, String body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head + "\r\n" + body;
    }

    public String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    public int port() {
        return socket.getLocalPort();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket accepted = socket.accept();
                accepted.setTcpNoDelay(true);
                open.add(accepted);
                Thread.ofPlatform().daemon().start(() -> serve(accepted));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket accepted) {
        try (accepted) {
            InputStream in = new BufferedInputStream(accepted.getInputStream());
            Connection connection = new Connection(accepted, in);
            while (connection.keep) {
                connection.keep = false;
                Request request = read(in);
                if (request == null) {
                    return;
                }
                requests.add(request);
                reply.send(connection);
            }
        } catch (Exception e) {
            // the client has gone, or the test has ended
        } finally {
            open.remove(accepted);
        }
    }

    private static @org.jspecify.annotations.Nullable Request read(InputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Request(line, headers, new String(in.readNBytes(length), UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n' && b != -1; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket one : open) {
            one.close();
        }
    }

    /** A request as it came. */
    public record Request(String line, Map<String, String> headers, String body) {}

    /** The server's end of a connection. */
    public static final class Connection {
        private final Socket socket;
        private final InputStream in;
        private boolean keep = true;

        private Connection(Socket socket, InputStream in) {
            this.socket = socket;
            this.in = in;
        }

        public Connection send(String text) throws IOException {
            return send(text.getBytes(UTF_8));
        }

        public Connection send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            return this;
        }

        /** Where the client is: one connection has one address. */
        public InetSocketAddress client() {
            return (InetSocketAddress) socket.getRemoteSocketAddress();
        }

        /** One HTTP chunk, however small. */
        public Connection chunk(byte[] bytes, int from, int to) throws IOException {
            ByteArrayOutputStream framed = new ByteArrayOutputStream();
            framed.writeBytes((Integer.toHexString(to - from) + "\r\n").getBytes(UTF_8));
            framed.write(bytes, from, to - from);
            framed.writeBytes("\r\n".getBytes(UTF_8));
            return send(framed.toByteArray());
        }

        public Connection chunk(String text) throws IOException {
            byte[] bytes = text.getBytes(UTF_8);
            return chunk(bytes, 0, bytes.length);
        }

        /** The end of the HTTP chunks. */
        public Connection lastChunk() throws IOException {
            return send("0\r\n\r\n");
        }

        /** Keeps the connection for another request. */
        public void keep() {
            keep = true;
        }

        /** Ends the connection with a TCP reset. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Blocks until the client has closed the connection; the time at which it had. */
        public long awaitClosed() {
            try {
                while (in.read() != -1) {
                    // what it sends is of no interest
                }
            } catch (IOException e) {
                // a reset is a closed connection too
            }
            return System.nanoTime();
        }
    }
}
