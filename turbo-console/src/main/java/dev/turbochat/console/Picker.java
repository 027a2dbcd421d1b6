package dev.turbochat.console;

import java.io.IOError;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.utils.InfoCmp.Capability;

/**
 * Lets the user pick one of some choices: with the arrow keys, by the number, or by the first letters.
 *
 * <p>The list is drawn below the question and taken away again; what was picked stays behind the question.
 */
final class Picker {
    private enum Key {
        UP,
        DOWN,
        FIRST,
        LAST,
        ACCEPT,
        LEAVE,
        ERASE,
        TYPED
    }

    private static final String HINT = "(arrows, or type)";

    private final Terminal terminal;
    private final Paint paint;
    private final List<String> choices;
    private String typed = "";
    private int at;

    Picker(Terminal terminal, Paint paint, List<String> choices) {
        this.terminal = terminal;
        this.paint = paint;
        this.choices = choices.stream().map(Printable::of).toList();
    }

    /** The index of the choice, or empty if the user leaves. The question is printable. */
    Optional<Integer> pick(String asked) {
        Thread reading = Thread.currentThread();
        Attributes before = terminal.enterRawMode();
        SignalHandler interrupt = terminal.handle(Signal.INT, signal -> reading.interrupt());
        PrintWriter out = terminal.writer();
        String question = paint.bold(asked);
        int rows = rows(asked + " " + HINT);
        try {
            out.println(question + " " + paint.dim(HINT));
            draw(out, false);
            BindingReader keys = new BindingReader(terminal.reader());
            KeyMap<Key> map = map();
            while (true) {
                switch (keys.readBinding(map)) {
                    case UP -> move(-1);
                    case DOWN -> move(1);
                    case FIRST -> at = 0;
                    case LAST -> at = choices.size() - 1;
                    case ERASE -> type(typed.isEmpty() ? "" : typed.substring(0, typed.length() - 1));
                    case TYPED -> type(typed + keys.getLastBinding());
                    case ACCEPT -> {
                        close(out, rows, question + " " + paint.bold(choices.get(at)));
                        return Optional.of(at);
                    }
                    case LEAVE -> {
                        close(out, rows, question);
                        return Optional.empty();
                    }
                    case null -> {
                        close(out, rows, question);
                        return Optional.empty();
                    }
                }
                draw(out, true);
            }
        } catch (IOError e) { // interrupted: Ctrl-C, or the run is being closed
            Thread.interrupted();
            close(out, rows, question);
            return Optional.empty();
        } finally {
            terminal.setAttributes(before);
            terminal.handle(Signal.INT, interrupt);
        }
    }

    private void move(int by) {
        typed = "";
        at = Math.floorMod(at + by, choices.size());
    }

    /** A number picks at once; letters go to the first choice that begins with them. */
    private void type(String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < choices.size(); i++) {
            if (choices.get(i).toLowerCase(Locale.ROOT).startsWith(wanted) || wanted.equals(String.valueOf(i + 1))) {
                typed = text;
                at = i;
                return;
            }
        }
    }

    private void draw(PrintWriter out, boolean again) {
        if (again) {
            out.print("\u001b[" + choices.size() + "A");
        }
        for (int i = 0; i < choices.size(); i++) {
            String line = fit(choices.get(i));
            out.print("\r\u001b[K" + (i == at ? paint.bold("› " + line) : "  " + line) + "\n");
        }
        out.flush();
    }

    /** One line a choice, or the list could not be drawn over. */
    private String fit(String choice) {
        int width = terminal.getWidth() - 4;
        return width <= 0 || choice.length() <= width ? choice : choice.substring(0, width) + "…";
    }

    /** How many rows of the screen a text takes, which wraps. */
    private int rows(String text) {
        int width = terminal.getWidth();
        return (int) text.lines()
                .mapToLong(line -> width <= 0 ? 1 : Math.max(1, Math.ceilDiv(Columns.of(line), width)))
                .sum();
    }

    private void close(PrintWriter out, int rows, String line) {
        out.print("\u001b[" + (choices.size() + rows) + "A\r\u001b[J" + line + "\n");
        out.flush();
    }

    private KeyMap<Key> map() {
        KeyMap<Key> map = new KeyMap<>();
        map.setUnicode(Key.TYPED);
        map.setNomatch(Key.TYPED);
        for (char c = ' '; c < 127; c++) {
            map.bind(Key.TYPED, String.valueOf(c));
        }
        map.bind(Key.UP, KeyMap.key(terminal, Capability.key_up), "\u001b[A", KeyMap.ctrl('P'));
        map.bind(Key.DOWN, KeyMap.key(terminal, Capability.key_down), "\u001b[B", KeyMap.ctrl('N'), "\t");
        map.bind(Key.FIRST, KeyMap.key(terminal, Capability.key_home), "\u001b[H");
        map.bind(Key.LAST, KeyMap.key(terminal, Capability.key_end), "\u001b[F");
        map.bind(Key.ACCEPT, "\r", "\n");
        map.bind(Key.ERASE, KeyMap.del(), KeyMap.ctrl('H'));
        map.bind(Key.LEAVE, KeyMap.ctrl('D'), KeyMap.ctrl('C'));
        return map;
    }
}
