package dev.turbochat.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ImageException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileAddressTest {
    private static final URI CAT = URI.create("http://images.example/cat.png");

    static List<String> spellings() {
        return Spellings.all().toList();
    }

    private static String redirect(String to) {
        return "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    /** As a resolver that reads numbers in every way, and knows the names of this machine and of a cloud. */
    private static final Dns CREDULOUS = host -> List.of(
            Outside.address(host.endsWith(".example") ? Outside.PUBLIC : host.contains("1") ? "127.0.0.1" : "::1"));

    @Test
    void there_are_hundreds_of_spellings() {
        assertThat(spellings()).hasSizeGreaterThan(400);
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void no_spelling_gets_through(String host) throws Exception {
        try (Outside outside = new Outside(connection -> connection.send("HTTP/1.1 200 OK\r\n\r\n"))) {
            ImageFetcher fetcher = outside.fetcher(UnaryOperator.identity(), CREDULOUS);
            for (String url : List.of("http://" + host + "/", "https://" + host + ":8443/cat.png")) {
                URI uri;
                try {
                    uri = new URI(url);
                } catch (URISyntaxException e) {
                    continue; // a redirect can say it all the same: see below
                }
                assertThatThrownBy(() -> fetcher.fetch(uri)).isInstanceOf(ImageException.AddressRefused.class);
            }
            assertThat(outside.connected).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void no_spelling_gets_through_by_a_redirect(String host) throws Exception {
        try (Outside outside = new Outside(connection -> connection.send(redirect("http://" + host + "/cat.png")))) {
            ImageFetcher fetcher = outside.fetcher(UnaryOperator.identity(), CREDULOUS);

            assertThatThrownBy(() -> fetcher.fetch(CAT)).isInstanceOf(ImageException.AddressRefused.class);
            assertThat(outside.connected).containsExactly(Outside.address(Outside.PUBLIC));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://images.example/cat.png",
                "gopher://images.example/",
                "jar:http://images.example/a.jar!/cat.png",
                "data:image/png;base64,AAAA",
                "images.example/cat.png"
            })
    void other_schemes_are_refused(String text) throws Exception {
        try (Outside outside = new Outside(connection -> connection.send(redirect(text)))) {
            assertThatThrownBy(() -> outside.fetcher().fetch(URI.create(text)))
                    .isInstanceOf(ImageException.AddressRefused.class)
                    .hasMessageContaining("' is not fetched: ");
            assertThat(outside.connected).isEmpty();
        }
    }

    @Test
    void a_redirect_to_a_file_is_refused() throws Exception {
        try (Outside outside = new Outside(connection -> connection.send(redirect("file:///etc/passwd")))) {
            assertThatThrownBy(() -> outside.fetcher().fetch(CAT))
                    .isInstanceOf(ImageException.AddressRefused.class)
                    .hasMessage("Image 'http://images.example/cat.png' is not fetched: it redirects to something that"
                            + " is no http or https URL; check the address.");
        }
    }

    @Test
    void a_user_in_the_url_is_refused_and_not_shown() throws Exception {
        try (Outside outside = new Outside(connection -> connection.send(redirect("http://a:b@images.example/")))) {
            assertThatThrownBy(() ->
                            outside.fetcher().fetch(URI.create("http://ann:hunter2@images.example/cat.png?key=s3cret")))
                    .isInstanceOf(ImageException.AddressRefused.class)
                    .hasMessage("Image 'http://***@images.example/cat.png' is not fetched: its URL holds a user or a"
                            + " password; give a URL without.");
            assertThatThrownBy(() -> outside.fetcher().fetch(CAT)).isInstanceOf(ImageException.AddressRefused.class);
        }
    }

    @Test
    void a_refusal_says_what_to_do() {
        assertThatThrownBy(() -> ImageFetcher.of().fetch(URI.create("http://169.254.169.254/latest/meta-data?t=1")))
                .isInstanceOf(ImageException.AddressRefused.class)
                .hasMessage("Image 'http://169.254.169.254/latest/meta-data' is not fetched: its host is a link-local"
                        + " address, where clouds keep metadata; give the address of a public server, or name this one as"
                        + " trusted if it is meant.");
        assertThatThrownBy(() -> ImageFetcher.of().fetch(URI.create("http://0177.1/cat.png")))
                .hasMessage("Image 'http://0177.1/cat.png' is not fetched: its host is a number in an unusual spelling;"
                        + " write the host's name.");
    }

    @Test
    void a_name_with_one_forbidden_address_among_others_is_refused() throws Exception {
        try (Outside outside = new Outside(connection -> connection.send("HTTP/1.1 200 OK\r\n\r\n"))) {
            ImageFetcher fetcher = outside.fetcher(UnaryOperator.identity(), Outside.PUBLIC, "10.0.0.7");

            assertThatThrownBy(() -> fetcher.fetch(CAT))
                    .isInstanceOf(ImageException.AddressRefused.class)
                    .hasMessageContaining("its host is a private address");
            assertThat(outside.connected).isEmpty();
        }
    }

    @Test
    void a_name_that_leads_elsewhere_at_the_next_look_is_refused_then() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Dns rebinding =
                host -> List.of(Outside.address(looks.getAndIncrement() % 2 == 0 ? Outside.PUBLIC : "127.0.0.1"));
        try (Outside outside = new Outside(connection -> connection.send(redirect("/again")))) {
            ImageFetcher fetcher = outside.fetcher(UnaryOperator.identity(), rebinding);

            assertThatThrownBy(() -> fetcher.fetch(CAT))
                    .isInstanceOf(ImageException.AddressRefused.class)
                    .hasMessageStartingWith("Image 'http://images.example/again' is not fetched");
            assertThat(outside.lookedUp)
                    .as("one look a request: the one that counts")
                    .hasSize(2);
            assertThat(outside.connected).containsExactly(Outside.address(Outside.PUBLIC));
        }
    }

    @Test
    void the_socket_itself_refuses_what_slipped_through() throws Exception {
        OkHttpClient client = Guard.client(Dns.SYSTEM, UnaryOperator.identity(), false);
        try (Socket socket = client.socketFactory().createSocket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), 100))
                    .isInstanceOf(Guard.Refused.class);
        }
        assertThatThrownBy(() -> client.socketFactory().createSocket(InetAddress.getLoopbackAddress(), 9))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void a_proxy_of_the_system_is_not_used() {
        assertThat(Guard.client(Dns.SYSTEM, UnaryOperator.identity(), false).proxy())
                .isEqualTo(Proxy.NO_PROXY);
    }

    @Test
    void an_address_of_this_machine_is_refused() throws Exception {
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .toList();

        assertThat(own)
                .isNotEmpty()
                .allSatisfy(address -> assertThat(Addresses.special(address)).isPresent());
    }
}
