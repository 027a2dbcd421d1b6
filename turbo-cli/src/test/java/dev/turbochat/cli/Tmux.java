package dev.turbochat.cli;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A real terminal: what a person types, and the screen that a person sees. */
final class Tmux implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String socket = "turbo-" + ProcessHandle.current().pid() + "-" + System.nanoTime();

    /** Whether there is a tmux to run. */
    static boolean isInstalled() {
        try {
            return new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Tmux(int columns, int rows) {
        tmux("-f", "/dev/null", "new-session", "-d", "-x", "" + columns, "-y", "" + rows, "env PS1='$ ' sh");
        await().atMost(PATIENCE).until(() -> screen().contains("$"));
    }

    /** Starts the command with this environment (words like A=b) before it. */
    Tmux starts(Path data, String environment, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        type("clear; env XDG_DATA_HOME='" + data + "' OLLAMA_HOST=http://127.0.0.1:1 " + environment + " '" + java
                + "' -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp \"$TURBO_CP\" dev.turbochat.cli.Turbo "
                + String.join(" ", arguments));
        return key("Enter");
    }

    /** Makes the class path known to the shell, without filling the screen with it. */
    Tmux knowsTheCommand() {
        tmux("set-environment", "-g", "TURBO_CP", System.getProperty("java.class.path"));
        tmux("respawn-window", "-k", "env PS1='$ ' sh");
        await().atMost(PATIENCE).until(() -> screen().contains("$"));
        return this;
    }

    Tmux type(String text) {
        tmux("send-keys", "-l", text);
        return this;
    }

    Tmux key(String... names) {
        List<String> keys = new ArrayList<>(List.of("send-keys"));
        keys.addAll(List.of(names));
        tmux(keys.toArray(String[]::new));
        return this;
    }

    /** Pastes as a terminal does: in brackets, where the program asked for them. */
    Tmux paste(String text) {
        tmux("set-buffer", text);
        tmux("paste-buffer", "-p");
        return this;
    }

    Tmux resize(int columns, int rows) {
        tmux("resize-window", "-x", "" + columns, "-y", "" + rows);
        return this;
    }

    String screen() {
        return tmux("capture-pane", "-p").stripTrailing();
    }

    /** The screen with its attributes as escape sequences. */
    String coloredScreen() {
        return tmux("capture-pane", "-p", "-e");
    }

    /** Waits for this on the screen. */
    Tmux shows(String text) {
        return shows(screen -> screen.contains(text), "\"" + text + "\"");
    }

    private Tmux shows(Predicate<String> expected, String what) {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> expected.test(screen()));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("The screen does not show " + what + ":\n" + screen(), e);
        }
        return this;
    }

    /** Waits until a line is read: before that, the terminal itself would take keys. */
    Tmux prompts() {
        return shows(screen -> screen.endsWith("\n>"), "a prompt at its end");
    }

    private String tmux(String... arguments) {
        List<String> command = new ArrayList<>(List.of("tmux", "-L", socket));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + ": " + out);
            }
            return out;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        tmux("kill-server");
    }
}
