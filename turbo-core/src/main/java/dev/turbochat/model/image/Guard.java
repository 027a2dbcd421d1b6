package dev.turbochat.model.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/**
 * Lets connections go to public addresses only.
 *
 * <p>A name is judged by all addresses that it has, and, since its addresses may be others the next moment, every address
 * is judged once more by the socket that is about to connect to it. No proxy is used, whatever the system's settings say:
 * it would look names up itself. No connection outlives its request.
 */
final class Guard extends SocketFactory implements Dns {
    /** A connection that was not made. */
    static final class Refused extends UnknownHostException {
        private static final long serialVersionUID = 1;

        private final String use;

        Refused(String use) {
            super(use);
            this.use = use;
        }

        String use() {
            return use;
        }

        /** The refusal in a failure of OkHttp's, which may have tried several addresses. */
        static Optional<Refused> in(Throwable failure) {
            if (failure instanceof Refused refused) {
                return Optional.of(refused);
            }
            for (Throwable other : failure.getSuppressed()) {
                if (other instanceof Refused refused) {
                    return Optional.of(refused);
                }
            }
            return Optional.empty();
        }
    }

    private final Dns names;
    private final UnaryOperator<InetSocketAddress> route;
    private final boolean open;

    private Guard(Dns names, UnaryOperator<InetSocketAddress> route, boolean open) {
        this.names = names;
        this.route = route;
        this.open = open;
    }

    /**
     * A client that is guarded.
     *
     * @param names where names are looked up
     * @param route where a connection to an address that has passed really goes: there itself, but for tests
     * @param open whether all addresses pass, as those of trusted hosts do
     */
    static OkHttpClient client(Dns names, UnaryOperator<InetSocketAddress> route, boolean open) {
        Guard guard = new Guard(names, route, open);
        return new OkHttpClient.Builder()
                .dns(guard)
                .socketFactory(guard)
                .proxy(Proxy.NO_PROXY)
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> found = names.lookup(host);
        for (InetAddress address : found) {
            check(address);
        }
        return found;
    }

    private void check(InetAddress address) throws Refused {
        Optional<String> use = open ? Optional.empty() : Addresses.special(address);
        if (use.isPresent()) {
            throw new Refused(use.get());
        }
    }

    @Override
    public Socket createSocket() {
        return new Checking();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    private Socket connected(InetSocketAddress to) throws IOException {
        Socket socket = createSocket();
        socket.connect(to);
        return socket;
    }

    private final class Checking extends Socket {
        Checking() {
            super(Proxy.NO_PROXY); // not even a SOCKS proxy of the whole JVM
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!(endpoint instanceof InetSocketAddress to) || to.getAddress() == null) {
                throw new SocketException("An image is fetched from an internet address.");
            }
            check(to.getAddress());
            super.connect(route.apply(to), timeout);
        }
    }
}
