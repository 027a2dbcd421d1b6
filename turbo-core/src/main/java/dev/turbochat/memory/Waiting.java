package dev.turbochat.memory;

import dev.turbochat.memory.Memory.Opening;
import java.time.Duration;
import java.util.function.Consumer;

/** The wait for a session that somebody else owns. Used by one thread. */
final class Waiting {
    private static final Duration POLL = Duration.ofMillis(20);

    /** Where a lease tells how long it may take, there is a server to be spared. */
    private static final Duration POLL_LEASE = Duration.ofMillis(200);

    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final Duration CLOCKS = Duration.ofSeconds(1);

    private final Duration patience;
    private final long begun = System.nanoTime();
    private Duration leaseEnds = Duration.ZERO;
    private Duration most;
    private boolean lives;
    private boolean told;

    Waiting(Duration patience) {
        this.patience = patience;
        this.most = patience;
    }

    private Duration waited() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Whether it is not worth waiting any longer. */
    boolean isOver(Opening.Busy busy) {
        Duration ends = waited().plus(busy.patience());
        if (leaseEnds.isZero()) {
            leaseEnds = ends;
        }
        lives |= ends.compareTo(leaseEnds.plus(CLOCKS)) > 0; // it has renewed its lease
        boolean leased = busy.patience().isPositive() && patience.isPositive() && !lives;
        Duration lease = leaseEnds.plus(CLOCKS);
        most = leased && lease.compareTo(patience) > 0 ? lease : patience;
        return waited().compareTo(most) >= 0;
    }

    /** The longest wait, as far as was known when it was asked last whether it is over. */
    Duration most() {
        return most;
    }

    /** Waits a little, and tells once that it does. */
    void pause(Opening.Busy busy, Consumer<Opening.Busy> held) throws InterruptedException {
        if (!told && waited().compareTo(MOMENT) > 0) {
            told = true;
            held.accept(busy);
        }
        Thread.sleep(busy.patience().isPositive() ? POLL_LEASE : POLL);
    }
}
