package dev.turbochat.memory.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** What is done in Redis, each in one script of its own beside this class: whole, or not at all. */
enum Script {
    OPEN,
    READ,
    RANGE,
    APPEND,
    RENEW,
    RELEASE,
    DELIVER,
    INBOX,
    DELETE,
    EXAMINE,
    MARK,
    PEEK,
    MEND,
    ENLIST,
    LIST,
    SUMMARY,
    FATE,
    UNLIST,
    TAKE,
    HOLD,
    GIVE,
    REST,
    STANDING,
    NOTE,
    GET,
    PUT,
    CLEAR;

    private final String text;
    private final String sha;

    Script() {
        String file = name().toLowerCase(Locale.ROOT) + ".lua";
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("The script " + file + " is not in turbo's jar.");
            }
            byte[] bytes = in.readAllBytes();
            this.text = new String(bytes, StandardCharsets.UTF_8);
            this.sha =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1.", e);
        }
    }

    String text() {
        return text;
    }

    /** The name by which a server knows a script that it has seen. */
    String sha() {
        return sha;
    }
}
