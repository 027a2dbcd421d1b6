package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.SessionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for the sessions of a folder.
 *
 * <p>A delivery is a file of its own, {@code inbox/S/SESSION-TIME-ID}, which appears whole: any number of processes put some
 * in while another owns the session, and nothing else says that somebody should look after it. {@code SESSION} and
 * {@code ID} are hashes, {@code S} the first digit of one. One that its owner has left there on purpose is called {@code
 * SESSION~TIME-ID}, and asks nobody to look after the session. Two processes that bring the same delivery at once may both put
 * it in; it is then read once, and both are removed.
 */
final class FileInbox {
    private static final String DRAFT = ".new";
    private static final char LEFT = '~';
    private static final int NAME = 64;
    private static final int TRIES = 5;
    private static final Duration OLD = Duration.ofHours(1);

    private final Disk disk;
    private final Path folder;
    private final boolean forced;
    private final Limits limits;

    /** In the name of drafts, so that no two processes write the same. */
    private final String mine =
            "." + HexFormat.of().toHexDigits(UUID.randomUUID().getLeastSignificantBits());

    private final AtomicLong lastTime = new AtomicLong();

    FileInbox(Disk disk, Path root, boolean forced, Limits limits) {
        this.disk = disk;
        this.folder = root.resolve("inbox");
        this.forced = forced;
        this.limits = limits;
    }

    /** See {@link Memory#deliver}. */
    boolean deliver(String session, Delivery delivery) {
        byte[] line = EntryCodec.encode(new EntryCodec.Letter(session, delivery));
        limits.checkBody(session, "a delivery", line.length);
        SessionFiles files = SessionFiles.of(folder, session);
        for (int tries = 1; ; tries++) {
            try {
                return deliver(session, files.name(), suffix(delivery.id()), line);
            } catch (NoSuchFileException e) { // the session is being deleted, with this draft or this folder
                if (tries == TRIES) {
                    throw failed(session, "delivered to", e);
                }
            } catch (IOException e) {
                throw failed(session, "delivered to", e);
            }
        }
    }

    private boolean deliver(String session, String name, String suffix, byte[] line) throws IOException {
        List<String> waiting = names(name);
        if (waiting.stream().anyMatch(file -> file.endsWith(suffix))) {
            if (forced) {
                disk.forceFolder(folder(name)); // whoever put it in may have died before that
            }
            return false;
        }
        if (waiting.size() >= Memory.INBOX) {
            throw new SessionException.InboxFull(session, waiting.size());
        }
        disk.makeFolder(folder, forced);
        disk.makeFolder(folder(name), forced);
        String file = name + time(waiting) + suffix;
        disk.put(folder(name).resolve(file), folder(name).resolve(file + mine + DRAFT), line, forced);
        return true;
    }

    /** How the name of a delivery's file ends; UTF-16 tells all ids apart, also those that are no text. */
    private static String suffix(String id) {
        byte[] digest = SessionFiles.digest(id.getBytes(StandardCharsets.UTF_16BE));
        return "-" + HexFormat.of().formatHex(digest, 0, 16);
    }

    /** Behind all that waits: another process may have counted on within the same millisecond. */
    private String time(List<String> waiting) {
        long latest = waiting.isEmpty() ? 0 : Long.parseLong(waiting.getLast().substring(NAME + 1, NAME + 18));
        long now = Math.max(latest + 1, Math.multiplyExact(System.currentTimeMillis(), 1_000L));
        return String.format("-%017d", lastTime.updateAndGet(last -> Math.max(last + 1, now)));
    }

    /** Whether something waits that is none of these. */
    boolean holdsOther(String name, Collection<String> ids) throws IOException {
        List<String> waiting = names(name);
        if (waiting.isEmpty()) {
            return false;
        }
        List<String> known = ids.stream().map(FileInbox::suffix).toList();
        return waiting.stream().anyMatch(file -> known.stream().noneMatch(file::endsWith));
    }

    /** See {@link Memory#inbox}. */
    List<Delivery> read(String session) {
        List<Delivery> deliveries = new ArrayList<>();
        String name = SessionFiles.hashOf(session);
        Set<String> ids = new HashSet<>();
        try {
            for (String file : names(name)) {
                if (ids.add(file.substring(file.lastIndexOf('-')))) {
                    byte[] line = readIfThere(folder(name).resolve(file));
                    if (line.length > 0) {
                        deliveries.add(EntryCodec.decodeLetter(session, line).delivery());
                    }
                }
            }
        } catch (IOException e) {
            throw failed(session, "read", e);
        }
        return List.copyOf(deliveries);
    }

    private byte[] readIfThere(Path file) throws IOException {
        try {
            return disk.read(file);
        } catch (NoSuchFileException e) {
            return new byte[0]; // its owner has just taken it
        }
    }

    /** Whether nothing waits for the session of this name. */
    boolean isEmpty(String name) throws IOException {
        return names(name).isEmpty();
    }

    private static boolean isLeft(String file) {
        return file.charAt(NAME) == LEFT;
    }

    /** Leaves these deliveries of the session of this name where they are: nobody need look after it because of them. */
    void leave(String name, Collection<String> ids) throws IOException {
        if (!ids.isEmpty()) {
            List<String> suffixes = ids.stream().map(FileInbox::suffix).toList();
            for (String file : names(name)) {
                if (!isLeft(file) && suffixes.stream().anyMatch(file::endsWith)) {
                    Path path = folder(name).resolve(file);
                    disk.rename(path, folder(name).resolve(name + LEFT + file.substring(NAME + 1)));
                }
            }
        }
    }

    /** Removes these deliveries; those that are gone are no loss. */
    void remove(String name, Collection<String> ids) throws IOException {
        if (!ids.isEmpty()) {
            List<String> suffixes = ids.stream().map(FileInbox::suffix).toList();
            for (String file : names(name)) {
                if (suffixes.stream().anyMatch(file::endsWith)) {
                    disk.delete(folder(name).resolve(file));
                }
            }
        }
    }

    /** Removes everything that waits for the session of this name, and has the disk forget it. */
    void delete(String name) throws IOException {
        boolean had = false;
        for (String file : disk.list(folder(name))) {
            if (file.startsWith(name)) {
                had |= disk.delete(folder(name).resolve(file));
            }
        }
        if (had && forced) {
            disk.forceFolder(folder(name));
        }
    }

    /** For each session that something waits for, the file of the oldest, the oldest first; old drafts are removed. */
    Collection<Path> oldest() throws IOException {
        Map<String, Path> oldest = new TreeMap<>();
        for (String part : disk.list(folder)) {
            for (String file : disk.list(folder.resolve(part))) {
                if (file.length() > NAME && isLeft(file)) {
                    continue;
                }
                if (file.length() > NAME && !file.endsWith(DRAFT)) {
                    oldest.putIfAbsent(
                            file.substring(0, NAME), folder.resolve(part).resolve(file));
                } else if (isOld(file)) {
                    disk.delete(folder.resolve(part).resolve(file));
                }
            }
        }
        return oldest.values().stream()
                .sorted(Comparator.comparing(
                        file -> String.valueOf(file.getFileName()).substring(NAME)))
                .toList();
    }

    /** The session of a delivery's file; empty if its owner has just taken it. */
    Optional<String> session(Path file) throws IOException {
        byte[] line = readIfThere(file);
        return line.length == 0
                ? Optional.empty()
                : Optional.of(EntryCodec.decodeLetter(String.valueOf(file.getFileName()), line)
                        .session());
    }

    private static boolean isOld(String draft) {
        try {
            long micros = Long.parseLong(draft, NAME + 1, NAME + 18, 10);
            return micros / 1_000 < System.currentTimeMillis() - OLD.toMillis();
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return false; // no draft of ours
        }
    }

    /** The files that wait for the session of this name, the oldest first. */
    private List<String> names(String name) throws IOException {
        return disk.list(folder(name)).stream()
                .filter(file -> file.startsWith(name) && !file.endsWith(DRAFT))
                .sorted(Comparator.comparing((String file) -> file.substring(NAME + 1)))
                .toList();
    }

    private Path folder(String name) {
        return folder.resolve(name.substring(0, 1));
    }

    private static BackendException failed(String session, String done, IOException e) {
        return new BackendException(
                "The inbox of session '" + session + "' could not be " + done + ": " + e
                        + "; free the disk or mend the folder, then try again.",
                e);
    }
}
