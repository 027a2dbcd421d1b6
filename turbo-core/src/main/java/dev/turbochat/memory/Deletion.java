package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Removes a session, so that a crash in the middle leaves all of it or nothing that anybody sees.
 *
 * <p>The log is renamed, to the session's tombstone: from then on there is no such session. Then everything else is
 * removed, and last the tombstone is emptied. One that is not empty is a deletion that has to be completed, which is done
 * before the session's name is used again, or listed. The empty one stays. Whoever calls this has the session's lock.
 */
final class Deletion {
    private static final byte[] PENDING = {'-'};

    private final Disk disk;
    private final FileInbox inbox;
    private final FileWakes wakes;
    private final boolean forced;

    Deletion(Disk disk, FileInbox inbox, FileWakes wakes, boolean forced) {
        this.disk = disk;
        this.inbox = inbox;
        this.wakes = wakes;
        this.forced = forced;
    }

    /** Whether a deletion of the session was begun and not completed. Needs no lock. */
    boolean isPending(SessionFiles files) {
        try {
            return disk.size(files.tombstone()) > 0;
        } catch (IOException e) {
            throw failed(files, e);
        }
    }

    /**
     * Removes the session.
     *
     * @return whether there was one, or anything that waited for one
     */
    boolean delete(SessionFiles files) {
        try {
            complete(files);
            if (disk.has(files.log())) {
                disk.rename(files.log(), files.tombstone());
            } else if (!inbox.isEmpty(files.name())) {
                disk.makeFolder(files.folder(), forced);
                disk.put(files.tombstone(), files.draft(), PENDING, forced);
            } else {
                return false;
            }
            if (forced) {
                disk.forceFolder(files.folder());
            }
            complete(files);
            return true;
        } catch (IOException e) {
            throw failed(files, e);
        }
    }

    /** Completes a deletion that was begun, if one was. */
    void completeIfPending(SessionFiles files) {
        try {
            complete(files);
        } catch (IOException e) {
            throw failed(files, e);
        }
    }

    private void complete(SessionFiles files) throws IOException {
        if (!isPending(files)) {
            return;
        }
        if (forced) {
            disk.forceFolder(files.folder()); // the emptied file must not be found under the log's name again
        }
        inbox.delete(files.name());
        wakes.delete(files.name());
        new FileBlobs(disk, files.blobs()).delete();
        for (String name : disk.list(files.folder())) {
            Path file = files.folder().resolve(name);
            if (name.startsWith(files.name() + SessionFiles.TORN) || file.equals(files.draft())) {
                disk.delete(file);
            }
        }
        if (forced) {
            disk.forceFolder(files.folder());
        }
        try (Disk.OpenFile tombstone = disk.open(files.tombstone(), false)) {
            tombstone.truncate(0);
            if (forced) {
                tombstone.force();
            }
        }
    }

    private static BackendException failed(SessionFiles files, IOException e) {
        return new BackendException(
                "Session " + files.name() + " could not be deleted: " + e + "; mend " + files.folder()
                        + ", then delete it again.",
                e);
    }
}
