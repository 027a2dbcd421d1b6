package dev.turbochat.console;

import dev.turbochat.error.ConfigurationException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/** The terminal that this process was started in, if it was. */
final class Terminals {
    private Terminals() {}

    /** Whether a person sits at both ends: standard input and standard output are a terminal. */
    @SuppressWarnings("SystemConsoleNull") // it is null on 21, and what it is from 22 on is asked below
    static boolean isInteractive() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try { // from 22 on there is a console even without a terminal, and this says which
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    static Terminal open() {
        try {
            Terminal terminal = build();
            if (isDumb(terminal)) { // JLine's dumb terminal hears no signals by itself
                Signals.register("INT", () -> terminal.raise(Terminal.Signal.INT));
            }
            return terminal;
        } catch (IOException e) {
            throw new ConfigurationException("The terminal cannot be opened: " + e.getMessage() + "; use a pipe.", e);
        }
    }

    /** By JNI, where there is a library for this machine: JLine's other ways take a third of a start, or start processes. */
    private static Terminal build() throws IOException {
        describe(System.getenv("TERM"));
        try {
            return builder().provider("jni").dumb(false).build();
        } catch (IOException | IllegalStateException | LinkageError e) {
            return builder().build();
        }
    }

    /** Common terminals as JLine knows them: it would ask the system first, by a process at each start. */
    private static void describe(@Nullable String type) {
        String known = type == null ? null : InfoCmp.getDefaultInfoCmp(type);
        if (known != null) {
            InfoCmp.setLoadedInfoCmp(type, known);
        }
    }

    private static TerminalBuilder builder() {
        return TerminalBuilder.builder()
                .name("turbo")
                .system(true)
                .nativeSignals(true)
                .signalHandler(Terminal.SignalHandler.SIG_DFL);
    }

    /** Whether the cursor can be moved and a line be erased. */
    static boolean isDumb(Terminal terminal) {
        return terminal.getType().startsWith("dumb") || terminal.getStringCapability(Capability.cursor_up) == null;
    }

    /** Whether colours and other attributes may be used: see https://no-color.org. */
    static boolean isColored(Terminal terminal) {
        String noColor = System.getenv("NO_COLOR");
        return !isDumb(terminal) && (noColor == null || noColor.isEmpty());
    }
}
