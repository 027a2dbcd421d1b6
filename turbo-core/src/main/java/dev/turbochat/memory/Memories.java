package dev.turbochat.memory;

import dev.turbochat.error.ConfigurationException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/** Memories by their URIs: {@code heap:}, {@code file:PATH?durability=fsync}, and what other modules bring. */
public final class Memories {
    private Memories() {}

    /**
     * Opens the memory of a URI; the caller closes it.
     *
     * @param uri {@code heap:}; {@code file:} for the user's data folder; {@code file:PATH}; each file memory with
     *     {@code ?durability=memory|fsync}, {@code fsync} by default; or one that a {@link MemoryProvider} knows
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
        String path = query < 0 ? rest : rest.substring(0, query);
        String durability = query < 0 ? "durability=fsync" : rest.substring(query + 1);
        FileMemory.Durability level = switch (durability) {
            case "durability=fsync" -> FileMemory.Durability.FSYNC;
            case "durability=memory" -> FileMemory.Durability.MEMORY;
            default ->
                throw new ConfigurationException("Memory '" + uri + "' has the option '" + durability
                        + "', which is not known; use durability=memory or durability=fsync.");
        };
        try {
            return new FileMemory(
                    path.isEmpty() ? dataFolder().resolve("sessions") : Path.of(withoutSlashes(path)), level);
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    "Memory '" + uri + "' names no folder: " + e.getReason() + "; use file:PATH.", e);
        }
    }

    /** {@code file:///tmp/x} is {@code /tmp/x}, and {@code file:~/x} lies in the user's home. */
    private static String withoutSlashes(String path) {
        if (path.startsWith("~/")) {
            return System.getProperty("user.home", ".") + path.substring(1);
        }
        return path.startsWith("///") ? path.substring(2) : path;
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
