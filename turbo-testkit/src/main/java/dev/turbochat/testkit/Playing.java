package dev.turbochat.testkit;

import dev.turbochat.Event;
import dev.turbochat.Program;
import dev.turbochat.Question;
import dev.turbochat.Runner;
import dev.turbochat.Session;
import dev.turbochat.Turn;
import dev.turbochat.error.MemoryException.NotOwner;
import dev.turbochat.error.ProgramException.ProgramFailed;
import dev.turbochat.error.SessionException.EmptyInput;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The session of a script, opened again whenever its process "dies" or somebody takes it: what was not stored is sent
 * again, what was shown is not shown twice, and what was stored and not shown is read from the journal.
 *
 * <p>Used by one thread, which the program's own takes turns with.
 */
final class Playing<R extends @Nullable Object> {
    private static final String SESSION = "script";

    private final Program<R> program;
    private final @Nullable Object context;
    private final Watched watched;
    private final Failpoints memory;
    private final Repeating model;
    private final Runner runner;
    private final boolean crashing;
    private final long before;
    private final List<Line> lines = new ArrayList<>();
    private final Set<Long> shown = new HashSet<>();
    private final Map<String, String> inputs = new LinkedHashMap<>();
    private @Nullable Session<R> session;
    private @Nullable Question asked;

    /** How many secrets this life has asked for again. */
    private int secrets;

    /** The inputs of an earlier life that were not stored, to be given again in this one. */
    private final Deque<String> unanswered = new ArrayDeque<>();

    /**
     * Something that was said or shown.
     *
     * @param seq where it stands in the journal
     * @param message what was said; null for a notice
     * @param notice what was shown; empty for a message
     * @param certain whether it was shown, and not only found in the journal: some messages there are silent
     */
    record Line(long seq, @Nullable Message message, String notice, boolean certain) {}

    Playing(Program<R> program, Model model, @Nullable Object context, Memory memory, List<Failpoint> rows) {
        this.program = program;
        this.context = context;
        this.watched = new Watched(memory);
        this.memory = Failpoints.on(watched);
        this.model = new Repeating(model);
        this.crashing = !rows.isEmpty();
        List<Entry> entries = memory.read(SESSION);
        this.before = entries.isEmpty() ? 0 : entries.getLast().seq() + 1;
        rows.forEach(this.memory::everywhere);
        this.runner = Runner.of(
                crashing ? this.model : model,
                options -> options.memory(this.memory).strict(true));
    }

    /** What was said and shown and not told to the script yet, the oldest first; the script removes it. */
    List<Line> lines() {
        return lines;
    }

    /** Runs the program to its first question. */
    Turn<R> begin() throws InterruptedException {
        return carriedOn(() -> opened().next());
    }

    Turn<R> reply(String text) throws InterruptedException {
        Session<R> asked = Objects.requireNonNull(session);
        String id = UUID.randomUUID().toString();
        inputs.put(id, text);
        try {
            return carriedOn(() -> asked.reply(input(id)));
        } catch (EmptyInput e) {
            inputs.remove(id); // which was never given
            throw e;
        }
    }

    private Input input(String id) {
        return Input.text(Objects.requireNonNull(inputs.get(id))).id(id);
    }

    /** Puts the session to sleep and wakes it. */
    Turn<R> hibernate() throws InterruptedException {
        letGo();
        return carriedOn(() -> opened().next());
    }

    private Session<R> opened() throws InterruptedException {
        secrets = 0;
        Session<R> opened = runner.open(
                SESSION, program, start -> (context == null ? start : start.context(context)).listener(this::hear));
        session = opened;
        return opened;
    }

    @FunctionalInterface
    private interface Advance<R extends @Nullable Object> {
        Turn<R> run() throws InterruptedException;
    }

    /** Takes a step; and again, in another life, for as long as it ends in a crash. */
    private Turn<R> carriedOn(Advance<R> step) throws InterruptedException {
        Advance<R> next = step;
        while (true) {
            try {
                return answered(next.run());
            } catch (ProgramFailed | Failpoints.Crashed e) {
                if (!memory.isDown() && !isFenced(e)) {
                    throw e;
                }
            }
            letGo();
            recall();
            next = () -> opened().next();
        }
    }

    private boolean isFenced(Throwable thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        return crashing
                && (cause instanceof NotOwner
                        || Arrays.stream(cause.getSuppressed()).anyMatch(NotOwner.class::isInstance));
    }

    /** Answers what was answered before: a secret, which is asked for in every life, and an input that was not stored. */
    private Turn<R> answered(Turn<R> reached) throws InterruptedException {
        Turn<R> turn = reached;
        while (turn instanceof Turn.AwaitingInput<R>) {
            String secret = secretAskedAgain();
            String id = secret == null ? unanswered.poll() : secret;
            String text = id == null ? null : inputs.get(id);
            if (text == null) {
                return turn;
            }
            // what is asked for in every life is given under another id in each
            turn = Objects.requireNonNull(session).reply(secret == null ? input(id) : Input.text(text));
        }
        return turn;
    }

    /** The id that the secret which is asked for again was first given under; null if it is another question. */
    private @Nullable String secretAskedAgain() {
        if (asked == null || !asked.secret() || !asked.again()) {
            return null;
        }
        List<Entry> entries = watched.read(SESSION);
        int run = entries.getLast().position().run();
        return entries.stream()
                .filter(entry -> entry.position().run() == run)
                .flatMap(entry ->
                        entry.body() instanceof Body.SecretGiven given ? Stream.ofNullable(given.id()) : Stream.empty())
                .skip(secrets++)
                .findFirst()
                .orElse(null);
    }

    /** Lets go of the session, as a process does that sleeps or dies. */
    private void letGo() {
        try {
            if (session != null) {
                session.close();
            }
        } catch (Failpoints.Crashed e) {
            // the dead let go of nothing; what they owned is free all the same
        }
        memory.restart();
        model.rewind(watched.replies());
        unanswered.clear();
        inputs.keySet().stream().filter(id -> !watched.holds(id)).forEach(unanswered::add);
    }

    /** Forgets what was shown from a lost end of the journal, and finds there what was stored and not shown. */
    private void recall() {
        List<Entry> entries = memory.read(SESSION);
        long end = entries.isEmpty() ? 0 : entries.getLast().seq() + 1;
        lines.removeIf(line -> line.seq() >= end && shown.remove(line.seq()));
        Map<Long, Long> intents = new HashMap<>();
        for (Entry entry : entries) {
            if (entry.body() instanceof Body.Generating) {
                intents.put(entry.seq(), entry.ref() == Entry.NO_REF ? entry.seq() : entry.ref());
            }
            if (entry.seq() < before) {
                continue;
            }
            switch (entry.body()) {
                case Body.Said(Message.Assistant message) -> find(entry.seq(), message, "");
                case Body.Generated generated ->
                    find(intents.getOrDefault(entry.ref(), entry.ref()), generated.message(), "");
                case Body.Noticed(String text) -> find(entry.seq(), null, text);
                case Body.Refused refused -> find(entry.seq(), null, refused.sentence());
                default -> {}
            }
        }
    }

    private void find(long seq, @Nullable Message message, String notice) {
        if (shown.add(seq)) {
            lines.add(new Line(seq, message, notice, false));
        }
    }

    /** Called on the program's thread. */
    private void hear(Event event) {
        switch (event) {
            case Event.Said said -> {
                if (shown.add(said.place().seq())) {
                    lines.add(new Line(said.place().seq(), said.message(), "", true));
                }
            }
            case Event.Notice notice -> {
                boolean first = shown.add(notice.place().seq());
                if (first || notice.place().offset() > 0) {
                    lines.add(new Line(notice.place().seq(), null, notice.text(), true));
                }
            }
            case Event.Ask ask -> asked = ask.question();
            default -> {}
        }
    }

    /** Ends it, with everything stored that the script has seen: what the store had lost by then is made good. */
    void close() throws InterruptedException {
        try {
            memory.disarm();
            letGo();
            List<Entry> entries = watched.read(SESSION);
            if (crashing && !(entries.getLast().body() instanceof Body.RunEnded)) {
                carriedOn(() -> opened().next());
                letGo();
            }
        } catch (ProgramFailed e) {
            letGo(); // it failed as the script wants it
        } finally {
            runner.close();
        }
    }
}
