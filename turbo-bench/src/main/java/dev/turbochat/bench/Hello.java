package dev.turbochat.bench;

/** The least that a JVM can start with. */
final class Hello {
    private Hello() {}

    public static void main(String[] ignored) {
        System.out.println("> hello");
    }
}
