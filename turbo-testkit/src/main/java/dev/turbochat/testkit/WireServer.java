package dev.turbochat.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on a bare socket that answers every request with the bytes that a test gives it. */
final class WireServer implements AutoCloseable {
    private static final byte[] LINE_END = "\r\n".getBytes(UTF_8);

    /** What is sent once a request has come. */
    @FunctionalInterface
    interface Reply {
        void send(Socket socket) throws Exception;
    }

    /** A request as it came, header names in lower case. */
    record Request(String line, Map<String, String> headers, String body) {}

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Reply reply = socket -> {};

    WireServer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("wire-server").start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    Request lastRequest() {
        return requests.getLast();
    }

    void replies(Reply newReply) {
        reply = newReply;
    }

    /** Answers with a whole document. */
    void document(int status, String body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.getBytes(UTF_8).length + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        byte[] whole = (head + "\r\n" + body).getBytes(UTF_8);
        replies(socket -> socket.getOutputStream().write(whole));
    }

    /** Answers with an event stream in these chunks, which ends as streams do, and keeps the connection. */
    void chunks(byte[]... chunks) {
        replies(socket -> {
            socket.getOutputStream().write(chunkedHead());
            for (byte[] chunk : chunks) {
                socket.getOutputStream().write(framed(chunk));
            }
            socket.getOutputStream().write("0\r\n\r\n".getBytes(UTF_8));
        });
    }

    /** Answers with what there is of an event stream, and closes the connection. */
    void broken(byte[] body, boolean chunked) {
        replies(socket -> {
            if (chunked) {
                socket.getOutputStream().write(chunkedHead());
                socket.getOutputStream().write(body.length == 0 ? body : framed(body));
            } else {
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                                .getBytes(UTF_8));
                socket.getOutputStream().write(body);
            }
            socket.close();
        });
    }

    static byte[] chunkedHead() {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(UTF_8);
    }

    static byte[] framed(byte[] chunk) {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        framed.writeBytes(Integer.toHexString(chunk.length).getBytes(UTF_8));
        framed.writeBytes(LINE_END);
        framed.writeBytes(chunk);
        framed.writeBytes(LINE_END);
        return framed.toByteArray();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                Map<String, String> headers = new TreeMap<>();
                for (String header = line(in); !header.isEmpty(); header = line(in)) {
                    int colon = header.indexOf(':');
                    headers.put(
                            header.substring(0, colon).toLowerCase(Locale.ROOT),
                            header.substring(colon + 1).strip());
                }
                int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
                requests.add(new Request(line, headers, new String(in.readNBytes(length), UTF_8)));
                reply.send(socket);
            }
        } catch (Exception e) {
            // the client has gone, or the test has ended
        } finally {
            open.remove(socket);
        }
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
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
