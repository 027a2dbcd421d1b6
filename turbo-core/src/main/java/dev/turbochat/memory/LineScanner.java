package dev.turbochat.memory;

import java.nio.charset.StandardCharsets;

/**
 * Walks over JSON as {@link LineWriter} writes it: without blanks, each member where it is expected. So no name has to be made
 * out, and no token kept, which is most of what a parser does. Used by one thread, for one line.
 *
 * <p>Whatever is otherwise, JSON or not, is {@link Unusual}, and left to Jackson.
 */
final class LineScanner {
    /** So many digits are a long, or make it negative. */
    private static final int DIGITS = 19;

    private static final char NO_TEXT = '\uFFFD'; // what a decoder puts in the place of bytes that are no UTF-8

    private final byte[] line;
    private int at;

    /** Whether nothing stands before in this object or array. */
    private boolean isFirst = true;

    LineScanner(byte[] line) {
        this.line = line;
    }

    /** Says that something is not as usual; without a stack, as it is no failure. */
    static final class Unusual extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unusual() {
            super(null, null, false, false);
        }
    }

    /** Where the scanner has come to. */
    int at() {
        return at;
    }

    /** Goes on behind a value that somebody else has read. */
    void moveTo(int position) {
        at = position;
        isFirst = false;
    }

    /** Begins an object. */
    LineScanner begin() {
        pass('{');
        isFirst = true;
        return this;
    }

    /** Ends an object. */
    void end() {
        pass('}');
        isFirst = false;
    }

    /** Begins an array. */
    void beginArray() {
        pass('[');
        isFirst = true;
    }

    /** Comes to the next element of an array; false at its end, which is passed. */
    boolean element() {
        if (at < line.length && line[at] == ']') {
            at++;
            isFirst = false;
            return false;
        }
        if (!isFirst) {
            pass(',');
        }
        return true;
    }

    /** Comes to the value of the member that has to be next. */
    LineScanner member(String name) {
        if (!has(name)) {
            throw new Unusual();
        }
        return this;
    }

    /** Comes to the value of a member, if it is the next. */
    boolean has(String name) {
        int from = at;
        if (!isFirst) {
            if (!is(from, ',')) {
                return false;
            }
            from++;
        }
        int end = from + 1 + name.length();
        if (!is(from, '"') || !is(end, '"') || !is(end + 1, ':')) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (line[from + 1 + i] != name.charAt(i)) {
                return false;
            }
        }
        at = end + 2;
        isFirst = false;
        return true;
    }

    /** The name of the next member, whatever it is; its value is next. */
    String name() {
        if (!isFirst) {
            pass(',');
        }
        String name = string();
        for (int i = 0; i < name.length(); i++) {
            if (Character.isSurrogate(name.charAt(i))) {
                throw new Unusual(); // Jackson refuses half a character in a name, though not in a text
            }
        }
        pass(':');
        isFirst = false;
        return name;
    }

    /** Whether the object has no more members. */
    boolean isAtEnd() {
        return is(at, '}');
    }

    /** Whether the line is over. */
    boolean isOver() {
        return at == line.length;
    }

    private boolean is(int position, char sign) {
        return position < line.length && line[position] == sign;
    }

    private void pass(char sign) {
        if (!is(at, sign)) {
            throw new Unusual();
        }
        at++;
    }

    /** A text, a truth, or a number, which is an Integer where it can be one. */
    Object scalar() {
        if (is(at, '"')) {
            return string();
        }
        if (is(at, 't') || is(at, 'f')) {
            return bool();
        }
        long number = number();
        return number == (int) number ? (Object) (int) number : (Object) number;
    }

    boolean bool() {
        boolean value = is(at, 't');
        String word = String.valueOf(value);
        for (int i = 0; i < word.length(); i++) {
            pass(word.charAt(i));
        }
        return value;
    }

    int integer() {
        long number = number();
        if (number != (int) number) {
            throw new Unusual();
        }
        return (int) number;
    }

    /** A whole number without a sign. */
    long number() {
        int from = at;
        long number = 0;
        while (at < line.length && line[at] >= '0' && line[at] <= '9') {
            number = number * 10 + line[at++] - '0';
        }
        int digits = at - from;
        boolean ends = is(at, ',') || is(at, '}');
        if (digits == 0 || digits > DIGITS || number < 0 || (digits > 1 && line[from] == '0') || !ends) {
            throw new Unusual();
        }
        return number;
    }

    String string() {
        pass('"');
        int from = at;
        boolean isAscii = true;
        boolean isEscaped = false;
        while (!is(at, '"')) {
            byte sign = at < line.length ? line[at] : 0;
            if (sign >= 0 && sign < ' ') {
                throw new Unusual();
            }
            isAscii &= sign >= 0;
            isEscaped |= sign == '\\';
            at += sign == '\\' ? 2 : 1;
        }
        String text = new String(line, from, at - from, isAscii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        at++;
        if (!isAscii && text.indexOf(NO_TEXT) >= 0) {
            throw new Unusual();
        }
        return isEscaped ? unescaped(text) : text;
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        int from = 0;
        for (int at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
            plain.append(text, from, at);
            char sign = text.charAt(at + 1);
            from = at + 2;
            switch (sign) {
                case '"', '\\', '/' -> plain.append(sign);
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case 'r' -> plain.append('\r');
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'u' -> {
                    plain.append(unicode(text, from));
                    from += 4;
                }
                default -> throw new Unusual();
            }
        }
        return plain.append(text, from, text.length()).toString();
    }

    private static char unicode(String text, int from) {
        int sign = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < text.length() && text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                throw new Unusual();
            }
            sign = sign * 16 + digit;
        }
        return (char) sign;
    }
}
