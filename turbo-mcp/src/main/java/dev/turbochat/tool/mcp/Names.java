package dev.turbochat.tool.mcp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names as every vendor takes them, for names as servers give them; the same at every start. */
final class Names {
    private static final int LONGEST = 64;

    private Names() {}

    /** A name for each of these; one that had to be cut, or would be another's too, ends in a hash. */
    static Map<String, String> of(String prefix, List<String> given) {
        Map<String, Integer> uses = new HashMap<>();
        given.forEach(name -> uses.merge(plain(prefix + name), 1, Integer::sum));
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : given) {
            String plain = plain(prefix + name);
            boolean clear =
                    plain.length() <= LONGEST && (uses.getOrDefault(plain, 0) == 1 || plain.equals(prefix + name));
            names.put(name, clear ? plain : hashed(plain, name));
        }
        return names;
    }

    private static String plain(String name) {
        return name.replaceAll("[^a-zA-Z0-9_-]", "_");
    }

    private static String hashed(String plain, String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return plain.substring(0, Math.min(plain.length(), LONGEST - 9)) + "-"
                    + HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every JDK has it
        }
    }
}
