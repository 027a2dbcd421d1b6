package dev.turbochat.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/** What a process did to the world outside, whatever became of the process: lines in a file. Thread-safe. */
final class World {
    private final Path file;

    World(Path folder) {
        this.file = folder.resolve("world.txt");
    }

    /**
     * What somebody did.
     *
     * @param what what was done
     * @param session in which session
     * @param name what it was called
     * @param value with what, or what came of it
     */
    record Deed(String what, String session, String name, String value) {}

    /** Notes a deed: one write, which outlives the process. */
    void did(String what, String session, String name, String value) {
        try {
            Files.writeString(
                    file,
                    String.join("\t", what, session, name, value) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Carries an effect out; its value is another one every time. */
    String act(String session, String name, String key) {
        String value = UUID.randomUUID().toString();
        did("acted", session, name, key + " " + value);
        return value;
    }

    List<Deed> deeds() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        return Files.readAllLines(file).stream()
                .map(line -> line.split("\t", -1))
                .map(parts -> new Deed(parts[0], parts[1], parts[2], parts[3]))
                .toList();
    }
}
