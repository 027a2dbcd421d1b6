package dev.turbochat.console;

final class Printable {
    static String of(String s) {
        return s;
    }
}
