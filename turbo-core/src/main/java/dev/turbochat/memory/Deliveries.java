package dev.turbochat.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ids of what was delivered to a session and stands in its journal, stored or not yet.
 *
 * <p>Thread-safe: the journal's owner adds to it, others ask.
 */
final class Deliveries {
    /** Whether each is stored, in the order in which they came. Most sessions that nobody delivers to have none. */
    private Map<String, Boolean> stored = Map.of();

    private int unstored;

    /** Takes note of one that was heard, unless it was before. */
    synchronized void add(String id, boolean isStored) {
        if (!stored.containsKey(id)) {
            stored = stored.isEmpty() ? new LinkedHashMap<>() : stored;
            stored.put(id, isStored);
            unstored += isStored ? 0 : 1;
        }
    }

    /** What was added of these entries is stored. */
    synchronized void stored(List<Entry> entries) {
        for (int i = 0; i < entries.size() && unstored > 0; i++) {
            String id = Logs.delivery(entries.get(i).body());
            if (id != null && Boolean.FALSE.equals(stored.get(id))) {
                stored.put(id, true);
                unstored--;
            }
        }
    }

    /** Forgets what is not stored. */
    synchronized void dropUnstored() {
        if (unstored > 0) {
            stored.values().removeIf(isStored -> !isStored);
            unstored = 0;
        }
    }

    synchronized boolean holds(String id) {
        return stored.containsKey(id);
    }

    synchronized boolean stores(String id) {
        return stored.getOrDefault(id, false);
    }

    /** All of them, the latest last. */
    synchronized List<String> all() {
        return List.copyOf(stored.keySet());
    }
}
