package dev.turbochat.testkit;

/**
 * Where a process can die, or what can befall its memory: the rows of the crash matrix, as a memory sees them.
 *
 * <p>Inputs, intents and results are told by what an append holds. A place is reached by the first attempt at it only: what
 * a crash has already been made of is not made another of by the repeat.
 */
public enum Failpoint {
    /** An input was received and is about to be stored: nobody was told that it was, so its sender sends it again. */
    INPUT_NOT_APPENDED(When.BEFORE, Fate.DIES),

    /** The intent of a model call, an effect or a timer is about to be stored. */
    BEFORE_INTENT(When.BEFORE, Fate.DIES),

    /** The intent is stored, and what it announces has not begun. */
    AFTER_INTENT(When.AFTER, Fate.DIES),

    /** The model has answered, and the answer is about to be stored. */
    REPLY_NOT_STORED(When.BEFORE, Fate.DIES),

    /** An append is stored, and its answer is lost: the owner lives, and repeats it. */
    ACKNOWLEDGEMENT_LOST(When.AFTER, Fate.LIVES),

    /** An answer, of the user or the model, or an effect's value is stored, and nothing was made of it yet. */
    STORED_NOT_SHOWN(When.AFTER, Fate.DIES),

    /** An effect that is done at most once was carried out, and its value is about to be stored: nobody knows of it. */
    AT_MOST_ONCE_RAN(When.BEFORE, Fate.DIES),

    /** Any other effect was carried out, and its value is about to be stored: it is carried out again, with the same key. */
    IDEMPOTENT_RAN(When.BEFORE, Fate.DIES),

    /** The session was let go of: it sleeps. */
    HIBERNATED(When.AFTER, Fate.DIES),

    /** An append is being written, and nothing of it counts. */
    TORN_TAIL(When.BEFORE, Fate.DIES),

    /** The journal begins anew: reached once before that and once after it. */
    DURING_COMPACTION(When.BEFORE, Fate.DIES),

    /** The owner stood still for so long that another took the session; its append is refused. */
    OWNER_PAUSED(When.BEFORE, Fate.LIVES),

    /** The store acknowledges an append and loses it. */
    TAIL_LOST(When.BEFORE, Fate.LIVES);

    private enum When {
        BEFORE,
        AFTER
    }

    private enum Fate {
        DIES,
        LIVES
    }

    private final When when;
    private final Fate fate;

    Failpoint(When when, Fate fate) {
        this.when = when;
        this.fate = fate;
    }

    /** Whether the process dies here. Else it lives on, with what befell its memory. */
    public boolean isDeath() {
        return fate == Fate.DIES;
    }

    /** Whether it is reached before the memory does what it is told. */
    boolean isBefore() {
        return when == When.BEFORE;
    }
}
