package dev.turbochat.cli;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.EntryCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A session as a file of JSON lines: what a file memory holds of it, too. */
final class Export {
    private Export() {}

    static String text(List<Entry> entries) {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(new String(EntryCodec.encode(entry), StandardCharsets.UTF_8))
                    .append('\n');
        }
        return text.toString();
    }

    /**
     * @throws ConfigurationException if the file is no export, or not whole
     */
    static List<Entry> read(Path file) {
        List<Entry> entries = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                if (!EntryCodec.isWhole(bytes)) {
                    throw new ConfigurationException("File " + file + " is no export of a session: line "
                            + (entries.size() + 1) + " is not whole; export it again.");
                }
                entries.add(EntryCodec.decode(file.toString(), bytes));
            }
        } catch (IOException e) {
            throw new ConfigurationException("File " + file + " cannot be read: " + e + "; name what export wrote.", e);
        }
        if (entries.isEmpty()) {
            throw new ConfigurationException("File " + file + " is empty; name what export wrote.");
        }
        return entries;
    }
}
