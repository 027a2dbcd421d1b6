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

    /** A path as it is typed: what a shell makes of a tilde, and of the blanks around it. */
    static String atHome(String typed) {
        String word = typed.strip();
        return word.startsWith("~/") ? System.getProperty("user.home") + word.substring(1) : word;
    }

    /** The word, quoted if it must be; what a terminal would act upon is left out. */
    static String quoted(String word) {
        String safe = word.replaceAll("\\p{Cntrl}", "?");
        return safe.matches("[A-Za-z0-9_@%+=:,./-]+") ? safe : "'" + safe.replace("'", "'\\''") + "'";
    }
}
