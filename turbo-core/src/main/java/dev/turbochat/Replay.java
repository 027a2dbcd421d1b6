package dev.turbochat;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Checks recorded conversations against a program, before it is let loose on them.
 *
 * <p>The last run of a journal is replayed to its recorded end and no further: no model is called, no effect is carried
 * out, nobody is asked, no time is waited for, nothing is stored. A secret, which no journal holds, reads {@code ***}.
 */
public final class Replay {
    private Replay() {}

    /**
     * How a program fits a journal.
     *
     * @param divergence where it takes other steps, if it does: it could not carry the session on
     * @param edits where it says something in other words, in order, up to there: it could, and the recorded ones stand
     */
    public record Report(Optional<Diverged> divergence, List<String> edits) {
        public Report {
            edits = List.copyOf(edits);
        }

        /** Whether it takes the same steps and says the same. */
        public boolean isClean() {
            return divergence.isEmpty() && edits.isEmpty();
        }

        /**
         * For tests: does nothing if it is clean.
         *
         * @throws Diverged if it takes other steps
         * @throws IllegalStateException if it says something in other words; the message names all of them
         */
        public void orThrow() {
            divergence.ifPresent(diverged -> {
                throw diverged;
            });
            if (!edits.isEmpty()) {
                throw new IllegalStateException("The program no longer says what is recorded: "
                        + String.join("; ", edits) + "; record the conversation anew if that is meant.");
            }
        }
    }

    /** {@link #check(List, Program, UnaryOperator)} of a program without a name. */
    public static Report check(List<Entry> journal, Program<?> program) throws InterruptedException {
        return check(journal, program, start -> start);
    }

    /**
     * Replays a journal's last run.
     *
     * @param journal the entries, the header included
     * @param program the program as it is now
     * @param start its name and version, where it has them; the context is the recorded one
     */
    public static Report check(List<Entry> journal, Program<?> program, UnaryOperator<Start> start)
            throws InterruptedException {
        Recording recording = new Recording(whole(Entry.inForce(journal)));
        Report report = replay(recording, program, start, "***");
        if (report.edits().isEmpty()
                || recording.entries.stream().noneMatch(entry -> entry.body() instanceof Body.SecretGiven)) {
            return report;
        }
        // what differs with the secret is made of it, and differs from what was recorded for no other reason
        List<String> other = replay(recording, program, start, "******").edits();
        return new Report(
                report.divergence(),
                report.edits().stream().filter(other::contains).toList());
    }

    /**
     * The journal as one that can be carried on and replayed to its last entry. A run that has ended is not carried on, and
     * one that waits for a time waits; an entry behind either, which no step comes to, has both gone through.
     */
    private static List<Entry> whole(List<Entry> journal) {
        Entry last = journal.getLast();
        List<Entry> whole = new ArrayList<>(journal);
        if (last.body() instanceof Body.RunEnded ended && ended.outcome() == Body.Outcome.ABANDONED) {
            whole.removeLast();
        } else if (last.body() instanceof Body.RunEnded || last.body() instanceof Body.TimerSet) {
            Entry.Position at = last.position();
            whole.add(new Entry(
                    new Entry.Position(at.seq() + 1, at.run(), at.branch(), at.ordinal() + 1),
                    last.stamp(),
                    last.seq(),
                    1,
                    new Body.TimerDone()));
        }
        return List.copyOf(whole);
    }

    /** Whether a journal was made whole, so that a run that has ended is carried on. */
    static boolean isWhole(List<Entry> entries) {
        Entry last = entries.getLast();
        return last.body() instanceof Body.TimerDone
                && entries.stream()
                        .anyMatch(entry -> entry.seq() == last.ref() && entry.body() instanceof Body.RunEnded);
    }

    private static Report replay(Recording recording, Program<?> program, UnaryOperator<Start> start, String secret)
            throws InterruptedException {
        List<String> edits = new ArrayList<>();
        Optional<Input> answer = Optional.of(Input.text(secret));
        FrontEnd nobody = question -> question.secret() ? answer : Optional.empty();
        String session =
                recording.entries.getFirst().body() instanceof Body.Header header ? header.session() : "replay";
        try (Runner runner = Runner.of(
                (prompt, listener) -> {
                    throw new IllegalStateException("A replay calls no model.");
                },
                options -> options.memory(recording).edits(edit -> edits.add(edit.told())))) {
            runner.call(session, program, nobody, start);
        } catch (Diverged e) {
            return new Report(Optional.of(e), edits);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) { // the program's own, the end of the recording, or a question beyond it
            return new Report(Optional.empty(), edits);
        }
        return new Report(Optional.empty(), edits);
    }

    /** Gives what it has, and stores nothing: the run ends at the first thing that is not recorded. */
    private static final class Recording implements Memory {
        private static final UUID NONCE = new UUID(0, 0);
        private final List<Entry> entries;

        Recording(List<Entry> entries) {
            this.entries = entries;
        }

        @Override
        public Opening open(String session, String owner) {
            Entry.Stamp stamp = entries.getFirst().stamp();
            return new Opening.Granted(stamp.incarnation(), new Token(Long.MAX_VALUE, NONCE), entries);
        }

        @Override
        public Appended append(Append append) {
            throw new BackendException("The recording of session '" + append.session() + "' is over.", null);
        }

        @Override
        public Appended replace(Append append) {
            return append(append);
        }

        @Override
        public void release(String session, Token token, @Nullable Instant wake, List<String> left) {}

        @Override
        public boolean deliver(String session, Delivery delivery) {
            return false;
        }

        @Override
        public List<Delivery> inbox(String session) {
            return List.of();
        }

        @Override
        public List<Entry> read(String session) {
            return entries;
        }

        @Override
        public List<Summary> sessions() {
            return List.of();
        }

        @Override
        public boolean delete(String session) {
            return false;
        }

        @Override
        public List<String> due(Instant now, int limit) {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
