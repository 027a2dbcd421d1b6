package dev.turbochat.model.image;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Tells public addresses from all others, by the registries of special-purpose addresses (RFC 6890 and what IANA has
 * added since).
 *
 * <p>IPv6 is refused but for what is given out as public; forms that carry an IPv4 address in them are judged by it where
 * they still serve (NAT64), and refused where they do not (6to4, Teredo, IPv4-compatible, ISATAP).
 */
final class Addresses {
    /** A range of addresses, and what it is for. */
    private record Block(InetAddress first, int bits, String use) {
        static Block of(String range, String use) {
            String[] parts = range.split("/", -1);
            return new Block(address(literal(parts[0])), Integer.parseInt(parts[1]), use);
        }

        boolean holds(byte[] address) {
            byte[] start = first.getAddress();
            if (address.length != start.length) {
                return false;
            }
            int whole = bits / 8;
            int mask = 0xFF00 >> (bits % 8) & 0xFF;
            return Arrays.equals(address, 0, whole, start, 0, whole)
                    && (mask == 0 || (address[whole] & mask) == (start[whole] & mask));
        }
    }

    private static final List<Block> SPECIAL = List.of(
            Block.of("0.0.0.0/8", "an unspecified address"),
            Block.of("10.0.0.0/8", "a private address"),
            Block.of("100.64.0.0/10", "an address inside a provider's network"),
            Block.of("127.0.0.0/8", "a loopback address"),
            Block.of("168.63.129.16/32", "a cloud's metadata address"),
            Block.of("169.254.0.0/16", "a link-local address, where clouds keep metadata"),
            Block.of("172.16.0.0/12", "a private address"),
            Block.of("192.0.0.0/24", "an address for protocols"),
            Block.of("192.0.2.0/24", "an address for documentation"),
            Block.of("192.31.196.0/24", "an address for protocols"),
            Block.of("192.52.193.0/24", "an address for protocols"),
            Block.of("192.88.99.0/24", "a 6to4 relay"),
            Block.of("192.168.0.0/16", "a private address"),
            Block.of("192.175.48.0/24", "an address for protocols"),
            Block.of("198.18.0.0/15", "an address for benchmarks"),
            Block.of("198.51.100.0/24", "an address for documentation"),
            Block.of("203.0.113.0/24", "an address for documentation"),
            Block.of("224.0.0.0/4", "a multicast address"),
            Block.of("240.0.0.0/4", "a reserved or broadcast address"),
            Block.of("::/128", "an unspecified address"),
            Block.of("::1/128", "a loopback address"),
            Block.of("fc00::/7", "a private (unique-local) address"),
            Block.of("fe80::/10", "a link-local address"),
            Block.of("fec0::/10", "a private (site-local) address"),
            Block.of("ff00::/8", "a multicast address"),
            Block.of("2001::/32", "a Teredo address"),
            Block.of("2001::/23", "an address for protocols"),
            Block.of("2001:db8::/32", "an address for documentation"),
            Block.of("2002::/16", "a 6to4 address"),
            Block.of("2620:4f:8000::/48", "an address for protocols"),
            Block.of("3ffe::/16", "an address of a closed network"),
            Block.of("3fff::/20", "an address for documentation"));

    private static final Block PUBLIC = Block.of("2000::/3", "public");
    private static final Block NAT64 = Block.of("64:ff9b::/96", "an IPv4 address behind NAT64");
    private static final byte[] ISATAP = {0, 0, 0x5E, (byte) 0xFE};

    private Addresses() {}

    /** What the address is for, if it is no public one; empty if an image may be fetched from there. */
    static Optional<String> special(InetAddress address) {
        Optional<String> use = special(address.getAddress());
        return use.isEmpty() && isOwn(address) ? Optional.of("an address of this machine") : use;
    }

    private static Optional<String> special(byte[] address) {
        if (NAT64.holds(address)) {
            return special(Arrays.copyOfRange(address, 12, 16)).map(use -> use + " behind NAT64");
        }
        Optional<String> use = SPECIAL.stream()
                .filter(block -> block.holds(address))
                .map(Block::use)
                .findFirst();
        if (use.isEmpty() && address.length == 16 && !PUBLIC.holds(address)) {
            return Optional.of("no public address");
        }
        return use.isEmpty() && isIsatap(address) ? Optional.of("an ISATAP address") : use;
    }

    private static boolean isIsatap(byte[] address) {
        return address.length == 16
                && (address[8] & ~2) == 0 // the universal bit may be set
                && Arrays.equals(address, 9, 12, ISATAP, 1, 4);
    }

    /** Whether an interface here has it: what listens there may be shut off from outside. */
    private static boolean isOwn(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // better refused than guessed
        }
    }

    /** The address that is spelled in the one way that has no other reading: four decimal numbers, or IPv6 in full. */
    static Optional<InetAddress> parse(String host) {
        if (host.contains(":")) {
            return Optional.of(address(literal(host)));
        }
        String[] numbers = host.split("\\.", -1);
        if (numbers.length != 4) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (!numbers[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(numbers[i]) > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(numbers[i]);
        }
        return Optional.of(address(bytes));
    }

    /** Only what needs no name lookup comes here. */
    private static byte[] literal(String text) {
        try {
            return InetAddress.getByName(text).getAddress(); // an IPv4 address written as IPv6 becomes what it is
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
