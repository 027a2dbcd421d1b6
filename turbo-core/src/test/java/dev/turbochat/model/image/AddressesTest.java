package dev.turbochat.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, an unspecified address",
        "0.255.255.255, an unspecified address",
        "10.0.0.0, a private address",
        "10.255.255.255, a private address",
        "100.64.0.0, an address inside a provider's network",
        "100.100.100.200, an address inside a provider's network",
        "100.127.255.255, an address inside a provider's network",
        "127.0.0.1, a loopback address",
        "127.255.255.255, a loopback address",
        "168.63.129.16, a cloud's metadata address",
        "169.254.0.0, 'a link-local address, where clouds keep metadata'",
        "169.254.169.254, 'a link-local address, where clouds keep metadata'",
        "169.254.255.255, 'a link-local address, where clouds keep metadata'",
        "172.16.0.0, a private address",
        "172.31.255.255, a private address",
        "192.0.0.192, an address for protocols",
        "192.0.2.1, an address for documentation",
        "192.88.99.1, a 6to4 relay",
        "192.168.0.0, a private address",
        "192.168.255.255, a private address",
        "198.18.0.0, an address for benchmarks",
        "198.19.255.255, an address for benchmarks",
        "198.51.100.7, an address for documentation",
        "203.0.113.255, an address for documentation",
        "224.0.0.1, a multicast address",
        "239.255.255.255, a multicast address",
        "240.0.0.0, a reserved or broadcast address",
        "255.255.255.255, a reserved or broadcast address",
        "::, an unspecified address",
        "::1, a loopback address",
        "::ffff:127.0.0.1, a loopback address",
        "::ffff:a00:1, a private address",
        "::7f00:1, no public address",
        "::93.184.216.34, no public address",
        "::ffff:0:127.0.0.1, no public address",
        "64:ff9b::127.0.0.1, a loopback address behind NAT64",
        "64:ff9b::a9fe:a9fe, 'a link-local address, where clouds keep metadata behind NAT64'",
        "64:ff9b:1::5db8:d822, no public address",
        "100::1, no public address",
        "2001::1, a Teredo address",
        "2001:0:4136:e378:8000:63bf:80ff:fffe, a Teredo address",
        "2001:2::1, an address for protocols",
        "2001:10::1, an address for protocols",
        "2001:db8::1, an address for documentation",
        "2002:7f00:1::1, a 6to4 address",
        "2002:5db8:d822::1, a 6to4 address",
        "2606:4700::5efe:a00:1, an ISATAP address",
        "2606:4700::200:5efe:a00:1, an ISATAP address",
        "3ffe::1, an address of a closed network",
        "3fff::1, an address for documentation",
        "4000::1, no public address",
        "5f00::1, no public address",
        "fc00::1, a private (unique-local) address",
        "fd00:ec2::254, a private (unique-local) address",
        "fe80::1, a link-local address",
        "febf::1, a link-local address",
        "fec0::1, a private (site-local) address",
        "ff02::1, a multicast address"
    })
    void what_is_not_public_is_named(String address, String use) throws UnknownHostException {
        assertThat(Addresses.special(InetAddress.getByName(address))).contains(use);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "93.184.216.34",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "64:ff9b::93.184.216.34",
                "2001:200::1",
                "2606:2800:220:1:248:1893:25c8:1946",
                "2a00:1450:4001:80b::200e",
                "::ffff:93.184.216.34"
            })
    void what_is_public_is_let_through(String address) throws UnknownHostException {
        assertThat(Addresses.special(InetAddress.getByName(address))).isEmpty();
    }

    @Test
    void an_address_has_one_spelling() {
        assertThat(Addresses.parse("93.184.216.34")).isPresent();
        assertThat(Addresses.parse("2606:2800::1")).isPresent();
        assertThat(Addresses.parse("093.184.216.34")).isEmpty();
        assertThat(Addresses.parse("93.184.216")).isEmpty();
        assertThat(Addresses.parse("93.184.216.256")).isEmpty();
        assertThat(Addresses.parse("93.184.216.34.")).isEmpty();
        assertThat(Addresses.parse("0x5d.184.216.34")).isEmpty();
        assertThat(Addresses.parse("example.org")).isEmpty();
    }
}
