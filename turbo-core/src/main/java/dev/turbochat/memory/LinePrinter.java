package dev.turbochat.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts JSON together as Jackson writes it by default, byte for byte, in a fraction of the time: without blanks, and with no
 * more escapes than JSON asks for. {@link LineScanner} reads it. Used by one thread, for one line.
 */
final class LinePrinter {
    private static final String HEX = "0123456789ABCDEF";

    /** What one char, or two that are one sign, may take: an escape with four digits. */
    private static final int MOST_BYTES = 6;

    private byte[] line;
    private int length;

    /** Whether nothing stands before in this object or array. */
    private boolean isFirst = true;

    /**
     * @param usual how long the line will be at the most, as a rule
     */
    LinePrinter(int usual) {
        this.line = new byte[usual];
    }

    /** All that was put, and behind it room for so many bytes more. */
    byte[] bytes(int room) {
        return Arrays.copyOf(line, length + room);
    }

    /** How many bytes were put. */
    int length() {
        return length;
    }

    /** Begins an object. */
    LinePrinter begin() {
        return open('{');
    }

    /** Ends an object. */
    LinePrinter end() {
        return close('}');
    }

    /** Begins an array. */
    LinePrinter beginArray() {
        return open('[');
    }

    /** Ends an array. */
    LinePrinter endArray() {
        return close(']');
    }

    private LinePrinter open(char sign) {
        put(sign);
        isFirst = true;
        return this;
    }

    private LinePrinter close(char sign) {
        put(sign);
        isFirst = false;
        return this;
    }

    /** Comes to the next element of an array. */
    LinePrinter element() {
        if (!isFirst) {
            put(',');
        }
        isFirst = false;
        return this;
    }

    /** Begins a member; its value is next. */
    LinePrinter member(String name) {
        element();
        put('"');
        ascii(name);
        put('"');
        put(':');
        return this;
    }

    /** {@link #member(String)} of a name that somebody has chosen. */
    void anyMember(String name) {
        element();
        string(name);
        put(':');
    }

    void member(String name, @Nullable String value) {
        member(name);
        if (value == null) {
            ascii("null");
        } else {
            string(value);
        }
    }

    void member(String name, long value) {
        member(name);
        number(value);
    }

    void member(String name, boolean value) {
        member(name);
        ascii(String.valueOf(value));
    }

    /** A value that somebody else has written. */
    void json(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, line, length, value.length);
        length += value.length;
    }

    void number(long value) {
        if (value < 0) {
            ascii(Long.toString(value));
            return;
        }
        int digits = 1;
        for (long rest = value; rest > 9; rest /= 10) {
            digits++;
        }
        ensure(digits);
        length += digits;
        long rest = value;
        for (int at = length - 1; digits > 0; at--, digits--) {
            line[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private void ascii(String text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            line[length + i] = (byte) text.charAt(i);
        }
        length += text.length();
    }

    void string(String value) {
        put('"');
        int from = plain(value, 0);
        while (from < value.length()) {
            ensure(MOST_BYTES);
            char sign = value.charAt(from);
            if (sign < 0x80) {
                escape(sign);
            } else if (Character.isHighSurrogate(sign)
                    && from + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(from + 1))) {
                from++;
                encode(sign, value.charAt(from));
            } else {
                encode(sign);
            }
            from = plain(value, from + 1);
        }
        put('"');
    }

    /** Puts what stands for itself, as most does; returns where something else begins. */
    private int plain(String value, int from) {
        ensure(value.length() - from);
        byte[] to = line;
        int shift = length - from;
        int at = from;
        for (; at < value.length(); at++) {
            char sign = value.charAt(at);
            if (sign < ' ' || sign >= 0x80 || sign == '"' || sign == '\\') {
                break;
            }
            to[at + shift] = (byte) sign;
        }
        length = at + shift;
        return at;
    }

    private void escape(char sign) {
        append('\\');
        switch (sign) {
            case '"', '\\' -> append(sign);
            case '\n' -> append('n');
            case '\t' -> append('t');
            case '\r' -> append('r');
            case '\b' -> append('b');
            case '\f' -> append('f');
            default -> digits(sign);
        }
    }

    private void digits(char sign) {
        append('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            append(HEX.charAt((sign >> shift) & 0xF));
        }
    }

    /** UTF-8; half a character, which it cannot hold, is escaped. */
    private void encode(char sign) {
        if (sign < 0x800) {
            append(0xC0 | (sign >> 6));
            append(0x80 | (sign & 0x3F));
        } else if (Character.isSurrogate(sign)) {
            append('\\');
            digits(sign);
        } else {
            append(0xE0 | (sign >> 12));
            append(0x80 | ((sign >> 6) & 0x3F));
            append(0x80 | (sign & 0x3F));
        }
    }

    private void encode(char high, char low) {
        int point = Character.toCodePoint(high, low);
        append(0xF0 | (point >> 18));
        append(0x80 | ((point >> 12) & 0x3F));
        append(0x80 | ((point >> 6) & 0x3F));
        append(0x80 | (point & 0x3F));
    }

    private void put(char sign) {
        ensure(1);
        append(sign);
    }

    /** Where there is room. */
    private void append(int sign) {
        line[length++] = (byte) sign;
    }

    private void ensure(int room) {
        if (line.length - length < room) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + room));
        }
    }
}
