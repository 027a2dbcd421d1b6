package dev.turbochat.cli;

import org.jspecify.annotations.Nullable;

/** Texts for a shell and its user. */
final class Shell {
    private Shell() {}

    /** A message as one line. */
    static String oneLine(@Nullable String text) {
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** An address that may be shown to anybody who looks on. */
    static String withoutPassword(String uri) {
        return uri.replaceAll("(://[^/?#:]*):[^/?#]*@", "$1:***@")
                .replaceAll("([?&][^=&#]*[Pp]assword=)[^&#?]*", "$1***");
    }

    /** The word, quoted if it must be; what a terminal would act upon is left out. */
    static String quoted(String word) {
        String safe = word.replaceAll("\\p{Cntrl}", "?");
        return safe.matches("[A-Za-z0-9_@%+=:,./-]+") ? safe : "'" + safe.replace("'", "'\\''") + "'";
    }
}
