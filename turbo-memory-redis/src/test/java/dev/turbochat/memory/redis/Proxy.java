package dev.turbochat.memory.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A wire to a server that can be cut, in either direction and at any moment. */
final class Proxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Say whether what goes by may pass; the connection is cut if not. They may take their time. */
    private volatile Predicate<String> requests = text -> true;

    private volatile Predicate<String> replies = text -> true;

    Proxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    String uri() {
        return "redis://127.0.0.1:" + port();
    }

    void onRequest(Predicate<String> pass) {
        requests = pass;
    }

    void onReply(Predicate<String> pass) {
        replies = pass;
    }

    /** Nothing passes from here on. */
    void cut() {
        requests = text -> false;
        replies = text -> false;
        open.forEach(Proxy::close);
    }

    void mend() {
        requests = text -> true;
        replies = text -> true;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (!connect(client)) {
                    client.close(); // as the server would have refused it
                }
            } catch (IOException e) {
                return; // the end
            }
        }
    }

    private boolean connect(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            open.add(client);
            open.add(server);
            Thread.ofPlatform().daemon().start(() -> pump(client, server, true));
            Thread.ofPlatform().daemon().start(() -> pump(server, client, false));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void pump(Socket from, Socket to, boolean isRequest) {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                String text = new String(Arrays.copyOf(buffer, read), StandardCharsets.ISO_8859_1);
                if (!(isRequest ? requests : replies).test(text)) {
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (SocketException e) {
            return; // cut
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(Proxy::close);
    }
}
