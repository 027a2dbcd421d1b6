package dev.turbochat.memory;

import dev.turbochat.error.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/** Memories by their URIs: {@code heap:}, {@code file:PATH?durability=fsync}, and what other modules bring. */
public final class Memories {
    private Memories() {}

    /**
     * Opens the memory of a URI; the caller closes it.
     *
     * @param uri {@code heap:}; {@code file:} for the user's data folder; {@code file:PATH}, {@code file:///PATH}, {@code file:~/PATH}, with
     *     {@code %20} and the like for characters; each with {@code ?durability=memory|fsync}, {@code fsync} by default; or one that a {@link MemoryProvider} knows
     * @throws ConfigurationException if nobody knows the URI
     */
    public static Memory open(String uri) {
        if (uri.equals("heap:") || uri.equals("heap")) {
            return Memory.heap();
        }
        if (uri.startsWith("file:")) {
            return file(uri);
        }
        return ServiceLoader.load(MemoryProvider.class).stream()
                .map(provider -> provider.get().open(uri))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(
                        () -> new ConfigurationException(
                                "Memory '" + scheme(uri)
                                        + "' is not known; use heap: or file:PATH, or put the module that knows it on the class path."));
    }

    private static Memory file(String uri) {
        String rest = uri.substring("file:".length());
        int query = rest.indexOf('?');
        String path = decoded(uri, withoutHost(uri, query < 0 ? rest : rest.substring(0, query)));
        String durability = query < 0 ? "durability=fsync" : rest.substring(query + 1);
        FileMemory.Durability level = switch (durability) {
            case "durability=fsync" -> FileMemory.Durability.FSYNC;
            case "durability=memory" -> FileMemory.Durability.MEMORY;
            default ->
                throw new ConfigurationException("Memory '" + uri + "' has the option '" + durability
                        + "', which is not known; use durability=memory or durability=fsync.");
        };
        try {
            return new FileMemory(path.isEmpty() ? dataFolder().resolve("sessions") : path(path), level);
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    "Memory '" + uri + "' names no folder: " + e.getReason() + "; use file:PATH.", e);
        }
    }

    /** {@code file:///tmp/x} is {@code /tmp/x}, and so is {@code file://localhost/tmp/x}. */
    private static String withoutHost(String uri, String path) {
        if (!path.startsWith("//")) {
            return path;
        }
        String rest = path.substring(2);
        if (rest.startsWith("localhost/")) {
            return rest.substring("localhost".length());
        }
        if (!rest.isEmpty() && !rest.startsWith("/") && !isInHome(rest)) {
            throw new ConfigurationException("Memory '" + uri + "' names the host '" + rest.split("/", 2)[0]
                    + "', and folders are on this machine only; use file:PATH, or file:///PATH.");
        }
        return rest;
    }

    private static Path path(String path) {
        if (isInHome(path)) {
            return Path.of(System.getProperty("user.home", "."), path.substring(1));
        }
        boolean hasDrive = File.separatorChar == '\\' && path.matches("/[A-Za-z]:.*"); // of file:///C:/x
        return Path.of(hasDrive ? path.substring(1) : path);
    }

    private static boolean isInHome(String path) {
        return path.equals("~") || path.startsWith("~/");
    }

    /** A path in which {@code %20} stands for a space, and {@code %25} for the per cent sign itself. */
    private static String decoded(String uri, String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < path.length()) {
            int percent = path.indexOf('%', at);
            int end = percent < 0 ? path.length() : percent;
            bytes.writeBytes(path.substring(at, end).getBytes(StandardCharsets.UTF_8));
            at = end;
            if (percent >= 0) {
                String digits = path.substring(percent + 1, Math.min(percent + 3, path.length()));
                if (!digits.matches("[0-9A-Fa-f]{2}")) {
                    throw new ConfigurationException("Memory '" + uri + "' has '%" + digits
                            + "', which stands for no character; write %25 for a per cent sign.");
                }
                bytes.write(HexFormat.fromHexDigits(digits));
                at = percent + 3;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(
                    "Memory '" + uri
                            + "' has per cent signs that stand for no UTF-8 text; write the path as it is, and %25"
                            + " for a per cent sign.",
                    e);
        }
    }

    /** The URI of a file memory in a folder. */
    static String uri(Path folder) {
        return "file:" + folder.toString().replace("%", "%25").replace("?", "%3F");
    }

    private static String scheme(String uri) {
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon + 1); // what follows may hold a password
    }

    /** The folder where this user's programs keep their data. */
    public static Path dataFolder() {
        Path home = Path.of(System.getProperty("user.home", "."));
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String data = System.getenv(system.startsWith("windows") ? "LOCALAPPDATA" : "XDG_DATA_HOME");
        if (data != null && !data.isBlank()) {
            return Path.of(data, "turbo");
        }
        return home.resolve(system.startsWith("mac") ? "Library/Application Support/turbo" : ".local/share/turbo");
    }
}
