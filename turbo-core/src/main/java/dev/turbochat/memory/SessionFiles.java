package dev.turbochat.memory;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where a session's files lie: all are named by the hash of its id, never by the id, in one of 256 folders.
 *
 * @param root the memory's folder
 * @param name the SHA-256 of NUL and the id, in hexadecimal digits
 */
record SessionFiles(Path root, String name) {
    static final String LOG = ".jsonl";
    static final String TOMBSTONE = ".gone";
    static final String TORN = LOG + ".torn";
    private static final int FOLDER_DIGITS = 2;
    private static final int HASH_DIGITS = 64;

    /**
     * @throws dev.turbochat.error.SessionException.BadSessionId if the id cannot be one
     */
    static SessionFiles of(Path root, String session) {
        return new SessionFiles(root, hashOf(session));
    }

    /** The name under which a session is known to the file system. */
    static String hashOf(String session) {
        return HexFormat.of().formatHex(digest(Journal.bytes(session)));
    }

    /** The SHA-256 of NUL and these bytes: of the empty tenant, NUL, the id. */
    static byte[] digest(byte[] bytes) {
        MessageDigest digest = sha256();
        digest.update((byte) 0);
        return digest.digest(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    /** Whether a name in the memory's folder is that of a folder with sessions. */
    static boolean isFolder(String name) {
        return name.length() == FOLDER_DIGITS && name.chars().allMatch(HexFormat::isHexDigit);
    }

    /** Whether a name in such a folder is that of a session's file. */
    static boolean isOfSession(String name) {
        return name.indexOf('.') == HASH_DIGITS
                && name.chars().limit(HASH_DIGITS).allMatch(HexFormat::isHexDigit);
    }

    byte[] hash() {
        return HexFormat.of().parseHex(name);
    }

    /** The folder that holds these files, which need not exist. */
    Path folder() {
        return root.resolve(name.substring(0, FOLDER_DIGITS));
    }

    Path log() {
        return folder().resolve(name + LOG);
    }

    /** Where a log is written before it takes its place. */
    Path draft() {
        return folder().resolve(name + LOG + ".new");
    }

    /** What is left of a deleted session: an empty file, or one with something in it until the deletion is complete. */
    Path tombstone() {
        return folder().resolve(name + TOMBSTONE);
    }

    /** The folder of bodies that are too large for a line. */
    Path blobs() {
        return folder().resolve(name + ".blobs");
    }

    /** A copy of the log as it was before a torn tail was cut off, from 1. */
    Path torn(int number) {
        return folder().resolve(name + TORN + (number == 1 ? "" : "-" + number));
    }
}
