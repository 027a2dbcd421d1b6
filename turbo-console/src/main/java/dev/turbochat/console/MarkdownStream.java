package dev.turbochat.console;

import java.util.function.*;

final class MarkdownStream {
    final Consumer<String> out;

    MarkdownStream(Consumer<String> out, IntSupplier w, boolean c) {
        this.out = out;
    }

    void text(String s) {
        out.accept(s);
    }

    void end() {
        out.accept("\n");
    }
}
