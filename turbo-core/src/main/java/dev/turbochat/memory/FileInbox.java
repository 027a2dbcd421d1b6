package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.SessionException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the sessions of a folder, and when they should be looked after.
 *
 * <p>A delivery is a file of its own, {@code inbox/SESSION/TIME-ID}, which appears whole: any number of processes put
 * some in while another owns the session. A wake time is the time stamp of a file {@code wake/SESSION}, which holds the
 * session's id. {@code SESSION} and {@code ID} are hashes. Used by the threads of the memory only.
 */
final class FileInbox {
    private static final String DRAFT = ".new";

    /** Beyond this, file systems tell no time: who looks then, looks again. */
    private static final Instant FAR = Instant.parse("2100-01-01T00:00:00Z");

    private final Path inboxes;
    private final Path wakes;
    private final boolean forced;
    private final AtomicLong lastName = new AtomicLong();

    /** Tells the drafts of this memory from those of others, which write for the same session at the same time. */
    private final String writer = "." + UUID.randomUUID();

    FileInbox(Path folder, boolean forced) {
        this.inboxes = folder.resolve("inbox");
        this.wakes = folder.resolve("wake");
        this.forced = forced;
    }

    /** See {@link Memory#deliver}. */
    boolean deliver(String session, Delivery delivery) {
        Path box = box(session);
        String id = suffix(delivery.id());
        try {
            List<Path> waiting = files(box);
            if (waiting.stream().anyMatch(file -> file.toString().endsWith(id))) {
                wake(session, Instant.EPOCH); // whoever put it in may have died before that
                return false;
            }
            if (waiting.size() >= Memory.INBOX) {
                throw new SessionException.InboxFull(session, waiting.size());
            }
            boolean first = !Files.isDirectory(box);
            Files.createDirectories(box);
            write(box.resolve(name() + id), EntryCodec.encode(delivery), null);
            if (first && forced) {
                LogFile.forceFolder(inboxes);
            }
            wake(session, Instant.EPOCH);
            return true;
        } catch (IOException e) {
            throw failed(session, "delivered to", e);
        }
    }

    /** How the name of a delivery's file ends; UTF-16 tells all ids apart, also those that are no text. */
    private static String suffix(String id) {
        byte[] digest = FileMemory.digest(id.getBytes(StandardCharsets.UTF_16BE));
        return "-" + HexFormat.of().formatHex(digest, 0, 16);
    }

    private String name() {
        long now = Math.multiplyExact(System.currentTimeMillis(), 1_000L);
        return String.format("%017d", lastName.updateAndGet(last -> Math.max(last + 1, now)));
    }

    /** See {@link Memory#inbox}. */
    List<Delivery> read(String session) {
        List<Delivery> deliveries = new ArrayList<>();
        try {
            for (Path file : files(box(session))) {
                deliveries.add(EntryCodec.decodeDelivery(session, Files.readAllBytes(file)));
            }
        } catch (IOException e) {
            throw failed(session, "read", e);
        }
        return List.copyOf(deliveries);
    }

    /** Whether something waits besides these deliveries. */
    boolean holdsMoreThan(String session, Collection<String> ids) {
        List<String> names = ids.stream().map(FileInbox::suffix).toList();
        try {
            return files(box(session)).stream()
                    .anyMatch(file ->
                            names.stream().noneMatch(name -> file.toString().endsWith(name)));
        } catch (IOException e) {
            throw failed(session, "read", e);
        }
    }

    boolean isEmpty(String session) {
        try {
            return files(box(session)).isEmpty();
        } catch (IOException e) {
            throw failed(session, "read", e);
        }
    }

    /** Removes these deliveries; those that are gone are no loss. */
    void remove(String session, Collection<String> ids) {
        if (ids.isEmpty()) {
            return;
        }
        List<String> names = ids.stream().map(FileInbox::suffix).toList();
        try {
            for (Path file : files(box(session))) {
                if (names.stream().anyMatch(name -> file.toString().endsWith(name))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw failed(session, "cleared", e);
        }
    }

    /** Sets the session's wake time; null removes it. */
    void wake(String session, @Nullable Instant time) {
        Path file = wakes.resolve(FileMemory.hashOf(session));
        try {
            if (time == null) {
                Files.deleteIfExists(file);
                return;
            }
            Files.createDirectories(wakes);
            write(file, Journal.bytes(session), time);
        } catch (IOException e) {
            throw failed(session, "given a wake time", e);
        }
    }

    /** The ids of sessions whose wake time has come, the longest due first. */
    List<String> due(Instant now) {
        record Due(Path file, Instant time) {}
        try {
            List<Due> due = new ArrayList<>();
            for (Path file : files(wakes)) {
                FileTime time = ifThere(() -> Files.getLastModifiedTime(file));
                if (time != null && !time.toInstant().isAfter(now)) {
                    due.add(new Due(file, time.toInstant()));
                }
            }
            due.sort(Comparator.comparing(Due::time));
            List<String> sessions = new ArrayList<>();
            for (Due wake : due) {
                String session = ifThere(() -> Files.readString(wake.file()));
                if (session != null) {
                    sessions.add(session);
                }
            }
            return sessions;
        } catch (IOException e) {
            throw new BackendException("Folder " + wakes + " cannot be read: " + e + "; mend it and try again.", e);
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    /** What is read of a file that another process may remove at any time; null if it has. */
    private static <T> @Nullable T ifThere(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Removes everything that is kept of a session here, and says whether anything was delivered to it. */
    boolean delete(String session) {
        try {
            Path box = box(session);
            boolean had = false;
            for (Path file : files(box, file -> true)) { // also what somebody died in the middle of
                had |= Files.deleteIfExists(file);
            }
            removeIfEmpty(box);
            String wake = FileMemory.hashOf(session);
            for (Path file :
                    files(wakes, file -> String.valueOf(file.getFileName()).startsWith(wake))) {
                Files.deleteIfExists(file);
            }
            return had;
        } catch (IOException e) {
            throw failed(session, "deleted", e);
        }
    }

    /** Removes the session's folder if nothing is in it. */
    void tidy(String session) {
        try {
            removeIfEmpty(box(session));
        } catch (IOException e) {
            throw failed(session, "tidied", e);
        }
    }

    private static void removeIfEmpty(Path box) throws IOException {
        try {
            Files.deleteIfExists(box);
        } catch (DirectoryNotEmptyException e) {
            return; // something was delivered meanwhile
        }
    }

    private void write(Path file, byte[] content, @Nullable Instant time) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + writer + DRAFT);
        Files.write(draft, content);
        if (time != null) {
            Instant near = time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time.isAfter(FAR) ? FAR : time;
            Files.setLastModifiedTime(draft, FileTime.from(near));
        }
        if (forced) {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        if (forced) {
            LogFile.forceFolder(file.resolveSibling("."));
        }
    }

    /** The files of a folder in the order of their names; none if there is no such folder. */
    private static List<Path> files(Path folder) throws IOException {
        return files(folder, file -> !file.toString().endsWith(DRAFT));
    }

    private static List<Path> files(Path folder, DirectoryStream.Filter<Path> which) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, which)) {
            found.forEach(files::add);
        } catch (NoSuchFileException e) {
            return files;
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    private Path box(String session) {
        return inboxes.resolve(FileMemory.hashOf(session));
    }

    private static BackendException failed(String session, String done, IOException e) {
        return new BackendException(
                "The inbox of session '" + session + "' could not be " + done + ": " + e
                        + "; free the disk or mend the folder, then try again.",
                e);
    }
}
