package dev.turbochat.cli;

/** Words as a POSIX shell reads them. */
final class Shell {
    private Shell() {}

    /** The word, quoted if it must be; what a terminal would act upon is left out. */
    static String quoted(String word) {
        String safe = word.replaceAll("\\p{Cntrl}", "?");
        return safe.matches("[A-Za-z0-9_@%+=:,./-]+") ? safe : "'" + safe.replace("'", "'\\''") + "'";
    }
}
