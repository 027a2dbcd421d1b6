package dev.turbochat.model.image;

import dev.turbochat.model.http.FaultServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import okhttp3.Dns;

/**
 * A world outside: names lead where a test says, and connections to public addresses end at a server of the test's.
 */
final class Outside implements AutoCloseable {
    static final String PUBLIC = "93.184.216.34";

    final FaultServer server;
    final List<InetAddress> connected = new CopyOnWriteArrayList<>();
    final List<String> lookedUp = new CopyOnWriteArrayList<>();

    Outside(FaultServer.Reply reply) {
        server = FaultServer.that(reply);
    }

    /** A fetcher for which every name leads to these addresses. */
    ImageFetcher fetcher(UnaryOperator<FetchLimits> limits, String... addresses) {
        return fetcher(
                limits,
                host -> List.of(addresses).stream().map(Outside::address).toList());
    }

    ImageFetcher fetcher(UnaryOperator<FetchLimits> limits, Dns names) {
        return new ImageFetcher(
                limits.apply(FetchLimits.DEFAULT),
                host -> {
                    lookedUp.add(host);
                    return names.lookup(host);
                },
                to -> {
                    connected.add(to.getAddress());
                    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
                });
    }

    ImageFetcher fetcher() {
        return fetcher(UnaryOperator.identity(), PUBLIC);
    }

    static InetAddress address(String literal) {
        return Addresses.parse(literal).orElseThrow();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
