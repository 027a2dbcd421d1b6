package dev.turbochat.memory;

import dev.turbochat.error.SessionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When the sessions of a folder should be looked after: the time stamp of a file {@code wake/SESSION}, which holds the
 * session's id. Only whoever owns a session touches its file.
 */
final class FileWakes {
    /** Beyond this, file systems tell no time: who looks then, looks again. */
    private static final Instant FAR = Instant.parse("2100-01-01T00:00:00Z");

    private final Disk disk;
    private final Path folder;
    private final boolean forced;

    FileWakes(Disk disk, Path root, boolean forced) {
        this.disk = disk;
        this.folder = root.resolve("wake");
        this.forced = forced;
    }

    /** A wake time as a file can hold it. */
    static Optional<Instant> near(@Nullable Instant time) {
        return Optional.ofNullable(time)
                .map(wake -> wake.isBefore(Instant.EPOCH) ? Instant.EPOCH : wake.isAfter(FAR) ? FAR : wake);
    }

    /** Whether the first comes before the second; never, which is empty, comes last. */
    static boolean isBefore(Optional<Instant> first, Optional<Instant> second) {
        return first.isPresent() && (second.isEmpty() || first.get().isBefore(second.get()));
    }

    /** The session's wake time. */
    Optional<Instant> get(String session) throws IOException {
        Path file = folder.resolve(SessionFiles.hashOf(session));
        if (!disk.has(file)) { // which is usual, and told without an exception
            return Optional.empty();
        }
        try {
            return Arrays.equals(disk.read(file), Journal.bytes(session))
                    ? Optional.of(disk.time(file))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Sets the session's wake time; empty removes it, which a loss of power may undo. */
    void set(String session, Optional<Instant> time) throws IOException {
        Path path = folder.resolve(SessionFiles.hashOf(session));
        if (time.isEmpty()) {
            disk.delete(path);
            return;
        }
        boolean isKnown = get(session).isPresent();
        disk.makeFolder(folder, forced);
        try (Disk.OpenFile file = disk.open(path, true)) {
            if (!isKnown) {
                file.write(Journal.bytes(session), 0);
            }
            file.time(time.get());
            if (forced) {
                file.force();
            }
        }
        if (forced) {
            disk.forceFolder(folder);
        }
    }

    /** Removes the wake time of the session of this name, and has the disk forget it. */
    void delete(String name) throws IOException {
        if (disk.delete(folder.resolve(name)) && forced) {
            disk.forceFolder(folder);
        }
    }

    /** The files of all sessions. */
    Iterable<Path> all() throws IOException {
        return disk.list(folder).stream().map(folder::resolve).toList();
    }

    /** The session of a wake time's file; null if it was removed, or never finished. */
    @Nullable
    String session(Path file) throws IOException {
        try {
            String session = new String(disk.read(file), StandardCharsets.UTF_8);
            boolean isWhole =
                    !session.isEmpty() && SessionFiles.hashOf(session).equals(String.valueOf(file.getFileName()));
            return isWhole ? session : null;
        } catch (NoSuchFileException | SessionException.BadSessionId e) {
            return null;
        }
    }
}
