package dev.turbochat.memory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions live: a store of append-only journals, each written by one owner at a time.
 *
 * <p>The SPI of backends; programs and front ends never call it. All values go in and out whole: nothing is half-written.
 * Implementations are thread-safe, do not lose an append because the calling thread is interrupted, and throw
 * {@link dev.turbochat.error.BackendException} for what lies under them and
 * {@link dev.turbochat.error.MemoryException.MemoryClosed} after {@link #close}. Whoever opened a memory closes it.
 */
public interface Memory extends AutoCloseable {

    /** A memory on the heap, gone with the process. */
    static Memory heap() {
        return new HeapMemory();
    }

    /** A memory in a folder of this machine, made if need be, which every append is on disk in before it is used. */
    static Memory file(Path folder) {
        return new FileMemory(folder, FileMemory.Durability.FSYNC);
    }

    /**
     * Takes a session for one owner, creating it if need be; does not wait.
     *
     * @param session its id, 1 to 128 bytes of UTF-8
     * @param owner who is asking, in words for people
     */
    Opening open(String session, String owner);

    /**
     * {@link #open(String, String)} of a session that is about to be written to: what its first append will need may be made
     * ready meanwhile, so that nobody waits for that later. It is a hint, and says nothing of when somebody should look after
     * the session: appends and the release do that.
     *
     * @param wake the wake time that the first append will ask for, most likely
     */
    default Opening open(String session, String owner, Instant wake) {
        return open(session, owner);
    }

    /** What came of an attempt to take a session. */
    sealed interface Opening {
        /**
         * The session is the caller's until it is released.
         *
         * @param incarnation this creation of the session
         * @param token what every append is signed with
         * @param entries the whole journal, from the header on
         * @param inbox what waits in its inbox, if the backend knows that by now; null if it is to be asked for
         */
        record Granted(
                UUID incarnation,
                Token token,
                List<Entry> entries,
                @Nullable List<Delivery> inbox) implements Opening {
            public Granted(UUID incarnation, Token token, List<Entry> entries) {
                this(incarnation, token, entries, null);
            }
        }

        /**
         * It is somebody else's.
         *
         * @param owner whose, as far as is known
         * @param patience how long it may take until it is free, where that is known; else zero
         */
        record Busy(String owner, Duration patience) implements Opening {}
    }

    /**
     * Proof of having taken a session.
     *
     * @param epoch which taking of it, from 1; higher than that of every entry stored before it was taken
     * @param nonce random, so that no two owners ever hold equal tokens
     */
    record Token(long epoch, UUID nonce) {
        @Override
        public boolean equals(@Nullable Object other) { // a record's own takes 10 ms when it is first called
            return other instanceof Token(long itsEpoch, UUID itsNonce) && epoch == itsEpoch && nonce.equals(itsNonce);
        }

        @Override
        public int hashCode() {
            return nonce.hashCode();
        }
    }

    /** Stores entries at the end of a journal, all or none. Never creates a session. */
    Appended append(Append append);

    /**
     * Entries to be stored.
     *
     * @param session the session's id
     * @param incarnation the one that was granted
     * @param token the one that was granted
     * @param expectedLength the number that the journal's next entry will have
     * @param appendId from 1, one more for each append under a token; the same again for a repeat of the same append
     * @param entries at least one, numbered on from {@code expectedLength}
     * @param taken the ids of the deliveries that these entries hold: they leave the inbox
     * @param wake when somebody should look after the session if nobody owns it then; null for never
     * @param known the ids of the deliveries that may wait in the inbox, besides those taken: if another waits there, nothing
     *     is stored. Null if any may
     */
    record Append(
            String session,
            UUID incarnation,
            Token token,
            long expectedLength,
            long appendId,
            List<Entry> entries,
            List<String> taken,
            @Nullable Instant wake,
            @Nullable List<String> known) {
        /** An append whatever waits in the inbox. */
        public Append(
                String session,
                UUID incarnation,
                Token token,
                long expectedLength,
                long appendId,
                List<Entry> entries,
                List<String> taken,
                @Nullable Instant wake) {
            this(session, incarnation, token, expectedLength, appendId, entries, taken, wake, null);
        }

        /** The same append, whatever waits in the inbox. */
        public Append unconditional() {
            return new Append(session, incarnation, token, expectedLength, appendId, entries, taken, wake);
        }

        /**
         * @throws IllegalArgumentException if the entries do not go on where the journal ends
         */
        public Append {
            known = known == null ? null : List.copyOf(known);
            entries = List.copyOf(entries);
            taken = List.copyOf(taken);
            if (entries.isEmpty() || appendId < 1) {
                throw new IllegalArgumentException("Append " + appendId + " to session '" + session + "' has "
                        + entries.size() + " entries; give at least one, and count appends from 1.");
            }
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).seq() != expectedLength + i) {
                    throw new IllegalArgumentException("An append to session '" + session + "' has entry "
                            + entries.get(i).seq() + " where entry " + (expectedLength + i)
                            + " belongs; number them on.");
                }
            }
        }
    }

    /** What came of an append. */
    enum Appended {
        /** The entries are stored. */
        OK,
        /** They were stored by an earlier call with the same append id, whose answer was lost. */
        ALREADY,
        /** The journal has another length than expected; nothing was stored. */
        CONFLICT,
        /** Something waits in the inbox that the owner did not know of; nothing was stored. */
        WAITING,
        /** The token is no longer the session's; nothing was stored. */
        FENCED,
        /** The session, or this incarnation of it, does not exist; nothing was stored. */
        GONE
    }

    /**
     * Stores these entries in the place of the whole journal, all or none: the first of them is its new header. All the
     * rest is as with {@link #append}; the session's numbers go on.
     */
    Appended replace(Append append);

    /**
     * Lets go of a session; does nothing if the token is no longer the session's.
     *
     * @param wake when somebody should look after it; null for never
     * @param left the ids of deliveries that are left in the inbox on purpose; if others wait there, the session should be
     *     looked after at once
     */
    void release(String session, Token token, @Nullable Instant wake, List<String> left);

    /** {@link #release(String, Token, Instant, List)} of a session whose owner knows of no delivery. */
    default void release(String session, Token token, @Nullable Instant wake) {
        release(session, token, wake, List.of());
    }

    /**
     * Puts something into a session's inbox, whoever owns the session, and whether or not there is one; somebody should
     * then look after it at once.
     *
     * @return whether it was put in: false if a delivery of the same id waits there
     * @throws dev.turbochat.error.SessionException.InboxFull if {@link #INBOX} deliveries wait there
     */
    boolean deliver(String session, Delivery delivery);

    /** How many deliveries may wait for a session. */
    int INBOX = 100;

    /** What waits in a session's inbox, the oldest first. */
    List<Delivery> inbox(String session);

    /** The whole journal of a session without taking it; empty if there is no such session. */
    List<Entry> read(String session);

    /** All sessions, the one last written to first. */
    List<Summary> sessions();

    /**
     * A session in a list.
     *
     * @param session its id
     * @param program the program of its last run; empty where it has no name
     * @param entries how many entries it ever had
     * @param updated when it was last written to
     */
    record Summary(String session, String program, long entries, Instant updated) {}

    /**
     * Removes a session that nobody owns, with everything that was kept of it.
     *
     * @return whether there was one
     * @throws dev.turbochat.error.SessionException.SessionBusy if somebody owns it
     */
    boolean delete(String session);

    /**
     * The ids of sessions that somebody should look after: those whose wake time has come, the longest due first, at most
     * {@code limit}. One that is owned is left out, unless deliveries wait for it.
     */
    List<String> due(Instant now, int limit);

    /**
     * Whether a session is its owner's still, as far as is known: the store is asked only if the ownership may have passed on
     * without a word, as that of a process which stood still for long.
     */
    default boolean owns(String session, Token token) {
        return true;
    }

    /** How processes that share this store call to one another; by default they do not. */
    default Signals signals() {
        return Signals.NONE;
    }

    /**
     * What is found about the store, and what should be changed about it: a line each, for people. None holds a password.
     */
    default List<String> examine() {
        return List.of();
    }

    /** Lets go of everything; sessions that are still owned are released. Safe to call twice. */
    @Override
    void close();
}
