package dev.turbochat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The sessions that a host leaves alone, since their run cannot go on. Thread-safe. */
final class Parking {
    private static final int MOST = 10_000;

    /** How long a session rests whose memory has failed. */
    static final Duration REST = Duration.ofSeconds(5);

    private final Map<String, Host.Parked> parked = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Host.Parked> eldest) {
            return size() > MOST;
        }
    });

    void park(String session, Throwable why) {
        park(session, Host.Parked.of(why, REST));
    }

    void park(String session, Host.Parked why) {
        parked.put(session, why);
    }

    /** Whether it was parked; it is no more. */
    boolean free(String session) {
        return parked.remove(session) != null;
    }

    boolean holds(String session) {
        Host.Parked why = parked.get(session);
        return why != null && (why.until() == null || why.until().isAfter(Instant.now()));
    }

    /** All of them, the longest first. */
    Map<String, Host.Parked> all() {
        synchronized (parked) {
            return Collections.unmodifiableMap(new LinkedHashMap<>(parked));
        }
    }
}
