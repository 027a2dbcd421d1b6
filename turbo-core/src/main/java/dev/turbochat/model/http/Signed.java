package dev.turbochat.model.http;

import org.jspecify.annotations.Nullable;

/**
 * What a vendor wants back with a thought or a call, kept under the vendor's name: nobody else is sent it, whichever model
 * goes on with the conversation.
 */
public final class Signed {
    private Signed() {}

    /** A signature as messages hold it. */
    public static String by(String vendor, String signature) {
        return vendor + ":" + signature;
    }

    /** The signature in what a message holds; null if there is none, or it is another vendor's. */
    public static @Nullable String of(String vendor, @Nullable String held) {
        return held != null && held.startsWith(vendor + ":") ? held.substring(vendor.length() + 1) : null;
    }
}
