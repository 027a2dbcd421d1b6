package dev.turbochat.cli;

import dev.turbochat.testkit.Failpoint;
import java.util.Optional;

/** Where the campaign kills: the crash matrix, and what no memory sees. */
enum Row {
    INPUT_NOT_APPENDED(8, Failpoint.INPUT_NOT_APPENDED, ""),
    BEFORE_INTENT(8, Failpoint.BEFORE_INTENT, ""),
    AFTER_INTENT(8, Failpoint.AFTER_INTENT, ""),
    /** In the middle of an answer, or before an effect has done anything. */
    DURING_CALL(6, null, ""),
    REPLY_NOT_STORED(3, Failpoint.REPLY_NOT_STORED, ""),
    ACKNOWLEDGEMENT_LOST(20, Failpoint.ACKNOWLEDGEMENT_LOST, ""),
    STORED_NOT_SHOWN(12, Failpoint.STORED_NOT_SHOWN, ""),
    AT_MOST_ONCE_RAN(1, Failpoint.AT_MOST_ONCE_RAN, ""),
    IDEMPOTENT_RAN(1, Failpoint.IDEMPOTENT_RAN, "keyed"),
    HIBERNATED(6, Failpoint.HIBERNATED, ""),
    TORN_TAIL(20, Failpoint.TORN_TAIL, ""),
    /** Before it, after it, or at any time while journals begin anew one after the other. */
    DURING_COMPACTION(3, Failpoint.DURING_COMPACTION, ""),
    OWNER_PAUSED(18, Failpoint.OWNER_PAUSED, ""),
    TAIL_LOST(18, Failpoint.TAIL_LOST, ""),
    /** At any time. */
    RANDOM(200, null, ""),
    /** Nowhere: what is under way is carried to its end. */
    NONE(1, null, "");

    final int places;
    final Optional<Failpoint> failpoint;
    final String name;

    /**
     * @param places how many places of it a conversation has
     * @param name of which effects
     */
    Row(int places, @org.jspecify.annotations.Nullable Failpoint failpoint, String name) {
        this.places = places;
        this.failpoint = Optional.ofNullable(failpoint);
        this.name = name;
    }
}
