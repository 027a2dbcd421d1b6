package dev.turbochat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The hubs of the sessions that are awake or have readers. Thread-safe. */
final class Hubs {
    private final Map<String, Shared> hubs = new ConcurrentHashMap<>();

    /** A hub and how many use it. */
    private record Shared(Hub hub, int users) {}

    /** The session's hub, the same for all who use it; to be let go of with {@link #unuse}. */
    Hub use(String session) {
        return hubs.compute(
                        session,
                        (id, shared) -> shared == null
                                ? new Shared(new Hub(), 1)
                                : new Shared(shared.hub(), shared.users() + 1))
                .hub();
    }

    void unuse(String session) {
        hubs.computeIfPresent(
                session, (id, shared) -> shared.users() == 1 ? null : new Shared(shared.hub(), shared.users() - 1));
    }

    int size() {
        return hubs.size();
    }
}
