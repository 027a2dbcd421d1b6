package dev.turbochat.model.image;

import dev.turbochat.step.Part;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The images that were asked for last, up to a size; guarded by a lock. */
final class Fetched {
    /** In characters of their base 64, a byte each: 32 MiB. */
    private static final long MOST = 32L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Part.Image, Part.Image> images = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

    Part.@Nullable Image get(Part.Image named) {
        lock.lock();
        try {
            return images.get(named);
        } finally {
            lock.unlock();
        }
    }

    void put(Part.Image named, Part.Image image) {
        lock.lock();
        try {
            size += size(image);
            Part.Image before = images.put(named, image);
            size -= before == null ? 0 : size(before);
            for (Iterator<Part.Image> eldest = images.values().iterator(); size > MOST; eldest.remove()) {
                size -= size(eldest.next());
            }
        } finally {
            lock.unlock();
        }
    }

    private static long size(Part.Image image) {
        return image.uri().toString().length();
    }
}
