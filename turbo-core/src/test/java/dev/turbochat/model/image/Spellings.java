package dev.turbochat.model.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The ways in which one address can be written into a URL, or hidden in another. */
final class Spellings {
    static final List<String> FORBIDDEN = List.of(
            "127.0.0.1",
            "127.8.9.10",
            "10.1.2.3",
            "172.16.254.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.251",
            "255.255.255.255",
            "0.0.0.0");

    private Spellings() {}

    static Stream<String> all() {
        return Stream.concat(FORBIDDEN.stream().flatMap(address -> of(address).stream()), names().stream());
    }

    private static List<String> names() {
        return List.of(
                "localhost",
                "LOCALHOST",
                "localhost.",
                "printer.localhost",
                "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
                "loc%61lhost",
                "metadata.google.internal",
                "xn--nxasmq6b",
                "[::]",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[0000::0001]",
                "[fe80::1]",
                "[fe80::1%25eth0]",
                "[fe80::1%eth0]",
                "[fd00:ec2::254]",
                "[fc00::1]",
                "[fec0::1]",
                "[ff02::1]",
                "0",
                "0x0",
                "00000000000");
    }

    /** All spellings of one IPv4 address, given in its usual one. */
    static List<String> of(String address) {
        long[] b =
                Stream.of(address.split("\\.", -1)).mapToLong(Long::parseLong).toArray();
        long whole = b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
        List<String> all = new ArrayList<>(List.of(address, address + ".", address.replace(".", "%2e")));
        all.add(String.valueOf(whole));
        all.add(whole + ".");
        all.add("0" + Long.toOctalString(whole));
        all.add("0x" + Long.toHexString(whole));
        all.add("0X" + Long.toHexString(whole).toUpperCase(Locale.ROOT));
        all.add("0x00000000" + Long.toHexString(whole));
        all.add(each(b, "%03d"));
        all.add(each(b, "0%o"));
        all.add(each(b, "0000%o"));
        all.add(each(b, "0x%x"));
        all.add(each(b, "0x%02X"));
        all.add("0x%x.%d.0%o.%d".formatted(b[0], b[1], b[2], b[3]));
        all.add("%d.%d".formatted(b[0], whole & 0xFFFFFF));
        all.add("%d.%d.%d".formatted(b[0], b[1], whole & 0xFFFF));
        all.add("0x%x.%d".formatted(b[0], whole & 0xFFFFFF));
        all.add(address.replace('.', '。'));
        all.add(address.replace('.', '．'));
        all.add(wide(address));
        all.add(percent(address));
        all.add("[::ffff:" + address + "]");
        all.add("[::FFFF:" + hex(b) + "]");
        all.add("[0:0:0:0:0:ffff:" + hex(b) + "]");
        all.add("[::" + address + "]");
        all.add("[::" + hex(b) + "]");
        all.add("[::ffff:0:" + hex(b) + "]");
        all.add("[2002:" + hex(b) + "::1]");
        all.add("[64:ff9b::" + hex(b) + "]");
        all.add("[64:ff9b:1::" + hex(b) + "]");
        all.add("[2001:0:0:0:0:0:" + hex(new long[] {b[0] ^ 255, b[1] ^ 255, b[2] ^ 255, b[3] ^ 255}) + "]");
        all.add("[2606:4700::5efe:" + hex(b) + "]");
        all.add("[fe80::5efe:" + hex(b) + "]");
        return all;
    }

    private static String each(long[] bytes, String format) {
        return String.join(
                ".", Stream.of(0, 1, 2, 3).map(i -> format.formatted(bytes[i])).toList());
    }

    private static String hex(long[] b) {
        return "%x:%x".formatted(b[0] << 8 | b[1], b[2] << 8 | b[3]);
    }

    private static String wide(String digits) {
        StringBuilder wide = new StringBuilder();
        digits.chars().forEach(c -> wide.append((char) (c == '.' ? c : c - '0' + '０')));
        return wide.toString();
    }

    private static String percent(String text) {
        StringBuilder percent = new StringBuilder();
        text.chars().forEach(c -> percent.append("%%%02x".formatted(c)));
        return percent.toString();
    }
}
