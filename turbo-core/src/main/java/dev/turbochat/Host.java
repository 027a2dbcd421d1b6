package dev.turbochat;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Many sessions of a runner, fed from outside: what servers and bots are made of.
 *
 * <p>A session is woken when something is delivered to it, when a timer of its has come, and when whoever drove it has
 * died; it hibernates when it has waited for input for a while, and then costs neither a thread nor heap. Thread-safe.
 * Everything that can pile up has a bound: sessions awake, deliveries that wait for one, events that wait for a reader.
 */
public final class Host implements AutoCloseable {
    private final Options options;
    private final Memory memory;
    private final Residents residents;
    private final Sweep sweep;

    Host(Runner runner, Memory memory, Runner.Options runnerOptions, Options options) {
        this.options = options;
        this.memory = memory;
        this.residents = new Residents(this, runner, runnerOptions);
        this.sweep = new Sweep(memory, residents, options.sweep());
    }

    Memory memory() {
        return memory;
    }

    /** Whether a session waits for another to make room. */
    boolean isCrowded() {
        return residents.isCrowded();
    }

    /** How many sessions have somebody who may be told something. */
    int hubs() {
        return residents.hubs();
    }

    int freeSlots() {
        return residents.freeSlots();
    }

    Options options() {
        return options;
    }

    /** {@link #deliver(String, String, Input, Busy)} by the host's own policy. */
    public void deliver(String session, String program, Input input) throws InterruptedException {
        deliver(session, program, input, options.busy());
    }

    /**
     * Brings somebody's input to a session, and returns once it is stored: from then on it is not lost.
     *
     * <p>It answers the question that the program asks, or the next one. The first input of a run answers its first untyped
     * question; a typed one before that is asked first. If no run is under way, a new one begins. An input that has an id is
     * taken once, however often it is delivered; if this throws {@link InterruptedException}, deliver it again.
     *
     * @param program the name of the program that a new run is of
     * @param busy what happens if the program is busy with the input before
     * @throws SessionException.EmptyInput if the input holds nothing
     * @throws SessionException.InputTooLong if its text is longer than 64 KiB
     * @throws SessionException.RunBusy if the program is busy, and that is the policy
     * @throws SessionException.InboxFull if too many inputs wait for the session
     * @throws SessionException.HostFull if too many sessions are awake
     * @throws SessionException.HostClosed if this host is closed
     * @throws ProgramException.NotRegistered if the program, or the version that began the run, is not registered
     * @throws ProgramException.Diverged if the program no longer fits the session's journal; nothing was stored
     */
    public void deliver(String session, String program, Input input, Busy busy) throws InterruptedException {
        check(session, input);
        String id = input.id() == null ? UUID.randomUUID().toString() : input.id();
        Delivery.Urgency urgency = switch (busy) {
            case INTERRUPT -> Delivery.Urgency.INTERRUPTS;
            case STEER -> Delivery.Urgency.STEERS;
            case QUEUE, REJECT -> Delivery.Urgency.WAITS;
        };
        residents.bring(session, new Delivery(id, program, null, new Delivery.Answer(input.id(id), urgency)), busy);
    }

    private static void check(String session, Input input) {
        if (input.isEmpty()) {
            throw new SessionException.EmptyInput(session);
        }
        if (input.bytes() > Input.LARGEST) {
            throw new SessionException.InputTooLong(session, input.bytes(), Input.LARGEST);
        }
    }

    /**
     * Starts a program in a session that has no run under way, without any input: it may speak first.
     *
     * @param id the caller's id of this: the same id twice starts it once
     * @param context what the program reads with {@link Chat#context}; null for nothing
     */
    public void start(String session, String program, String id, @Nullable Object context) throws InterruptedException {
        JsonNode json = context == null ? null : Json.of(context);
        residents.bring(session, new Delivery(id, program, json, new Delivery.Start()), Busy.QUEUE);
    }

    /**
     * Puts a message into a session's conversation from outside: it stands before the program's next step, and answers
     * nothing.
     *
     * @param id the caller's id of it: the same id twice is the same message, once
     */
    public void post(String session, String id, Message message) throws InterruptedException {
        residents.bring(session, Delivery.of(id, new Delivery.Post(message)), Busy.QUEUE);
    }

    /**
     * Reads a session's events: those after the one of this id, and then what comes. Reading wakes a session whose run is
     * under way, so that what it asks is told.
     *
     * @param after the id of the last event that the reader has had; null or empty from the beginning on
     * @throws IllegalArgumentException if it is no id of an event
     */
    public Events events(String session, @Nullable String after) {
        return residents.events(session, after);
    }

    /**
     * Stops the answer that is being generated in a session, if one is: what had come of it is kept, marked as stopped, and
     * the program goes on with it.
     *
     * @return whether there was one here; another node that drives the session is told, and stops it a moment later
     */
    public boolean stop(String session) {
        return residents.stop(session);
    }

    /**
     * Tries again what a session's last run failed at: the failed step counts no more, and the run goes on before it. A
     * session that was parked is woken.
     *
     * @throws SessionException.NothingToRetry if its last run did not fail, and it is not parked
     */
    public void retry(String session) throws InterruptedException {
        residents.retry(session);
    }

    /** The sessions whose run cannot go on, by id, the longest first: nobody wakes them but a delivery or a retry. */
    public Map<String, Parked> parked() {
        return residents.parked();
    }

    /**
     * Why a session is left alone.
     *
     * @param code the code of the exception
     * @param message its message
     * @param until when it is tried again; null for never
     */
    public record Parked(
            String code, String message, @Nullable Instant until) {
        static Parked of(Throwable thrown, Duration rest) {
            String code = thrown instanceof TurboException known ? known.code() : "program-failed";
            boolean unknown = thrown instanceof RuntimeException && !(thrown instanceof TurboException);
            boolean passes =
                    unknown || thrown instanceof BackendException || thrown instanceof MemoryException.NotOwner;
            return new Parked(
                    code,
                    String.valueOf(thrown.getMessage()),
                    passes ? Instant.now().plus(rest) : null);
        }
    }

    /** The ids of the sessions that are awake now, in no order. */
    public List<String> awake() {
        return residents.awake();
    }

    /**
     * Takes nothing more, lets every session come to its next question, hibernates all, and closes those that do not come
     * to it in time: they are carried on elsewhere, or later. Safe to call twice.
     */
    @Override
    public void close() {
        sweep.close();
        residents.close(options.drain());
    }

    /** Begins to look after sessions. */
    void open() {
        residents.open();
        sweep.start();
    }

    /**
     * How a host hosts; immutable.
     *
     * @param idle how long a session waits for input before it hibernates; zero to hibernate at every question
     * @param awake how many sessions may be awake, at least 1
     * @param busy what happens to an input that comes while a program is busy
     * @param patience how long a delivery waits for another session to make room
     * @param sweep how often it is looked for sessions that want to be woken
     * @param drain how long sessions may take to come to their next question when the host is closed
     */
    public record Options(Duration idle, int awake, Busy busy, Duration patience, Duration sweep, Duration drain) {
        static final Options DEFAULT = new Options(
                Duration.ofMinutes(5),
                10_000,
                Busy.QUEUE,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10));

        /**
         * @throws IllegalArgumentException if nobody may be awake, or it is swept without a pause
         */
        public Options {
            if (awake < 1 || sweep.isNegative() || sweep.isZero()) {
                throw new IllegalArgumentException("A host was to have " + awake + " sessions awake and to sweep every "
                        + sweep + "; let it have one or more, and pause between sweeps.");
            }
        }

        /** Hibernates a session that has waited so long for input; 5 minutes by default, zero for at once. */
        public Options idle(Duration time) {
            return new Options(time, awake, busy, patience, sweep, drain);
        }

        /** Has so many sessions awake at the most; 10,000 by default. */
        public Options awake(int sessions) {
            return new Options(idle, sessions, busy, patience, sweep, drain);
        }

        /** Does this with an input that comes while a program is busy; {@link Busy#QUEUE} by default. */
        public Options busy(Busy policy) {
            return new Options(idle, awake, policy, patience, sweep, drain);
        }

        /** Has a delivery wait so long for room; 5 seconds by default. */
        public Options patience(Duration time) {
            return new Options(idle, awake, busy, time, sweep, drain);
        }

        /** Looks so often for sessions that want to be woken: timers are as punctual as this; 1 second by default. */
        public Options sweep(Duration pause) {
            return new Options(idle, awake, busy, patience, pause, drain);
        }

        /** Gives sessions so long to come to their next question when the host is closed; 10 seconds by default. */
        public Options drain(Duration time) {
            return new Options(idle, awake, busy, patience, sweep, time);
        }
    }

    /** For {@link Runner#host(UnaryOperator)}. */
    static Options options(UnaryOperator<Options> change) {
        return change.apply(Options.DEFAULT);
    }
}
