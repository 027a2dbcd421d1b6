package dev.turbochat;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks recorded conversations against a program, before it is let loose on them.
 *
 * <p>The last run of a journal is replayed to its recorded end and no further: no model is called, no effect is carried
 * out, nobody is asked, nothing is stored. A secret, which no journal holds, reads {@code ***}.
 */
public final class Replay {
    private static final Input SECRET = Input.text("***");

    private Replay() {}

    /**
     * Replays a journal's last run.
     *
     * @param journal the entries, the header included
     * @param program the program as it is now
     * @return how it differs from the one that wrote the journal, or empty if it takes the same steps
     */
    public static Optional<Diverged> check(List<Entry> journal, Program<?> program) throws InterruptedException {
        List<Entry> entries = Entry.inForce(journal);
        boolean ended = entries.getLast().body() instanceof Body.RunEnded;
        boolean open = entries.getLast().body() instanceof Body.TimerSet;
        List<Entry> steps = ended || open ? entries.subList(0, entries.size() - 1) : entries;
        String session = entries.getFirst().body() instanceof Body.Header header ? header.session() : "replay";
        try (Memory heap = Memory.heap()) {
            Journal.create(heap, session, steps);
            ReadOnly memory = new ReadOnly(heap);
            String beyond = replay(session, memory, program);
            if (ended && !beyond.equals(ENDED)) {
                return Optional.of(new Diverged(session, entries.getLast().seq(), "the end of the run", beyond));
            }
            return Optional.empty();
        } catch (Diverged e) {
            return Optional.of(e);
        }
    }

    private static final String ENDED = "its end";

    /** What the program does when the recording is over. */
    private static String replay(String session, ReadOnly memory, Program<?> program) throws InterruptedException {
        FrontEnd nobody = question -> question.secret() ? Optional.of(SECRET) : Optional.empty();
        try (Runner runner = Runner.of(
                (prompt, listener) -> {
                    throw new IllegalStateException("A replay calls no model.");
                },
                options -> options.memory(memory))) {
            runner.call(session, program, nobody);
            return ENDED;
        } catch (SessionException.SessionAsleep e) {
            return "a question";
        } catch (Diverged e) {
            throw e;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) { // the program's own, or the refusal to store what it does next
            Body first = memory.refused;
            return first == null || first instanceof Body.RunEnded
                    ? ENDED
                    : first.getClass().getSimpleName() + " '" + first.name() + "'";
        }
    }

    /** Gives what it has, and stores nothing: the run ends at the first thing that is not recorded. */
    private static final class ReadOnly implements Memory {
        private final Memory memory;
        private volatile @Nullable Body refused;

        ReadOnly(Memory memory) {
            this.memory = memory;
        }

        @Override
        public Opening open(String session, String owner) {
            return memory.open(session, owner);
        }

        @Override
        public Appended append(Append append) {
            if (refused == null) {
                refused = append.entries().getFirst().body();
            }
            throw new BackendException("The recording of session '" + append.session() + "' is over.", null);
        }

        @Override
        public Appended replace(Append append) {
            return append(append);
        }

        @Override
        public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
            memory.release(session, token, wake, left);
        }

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
            return memory.read(session);
        }

        @Override
        public List<Summary> sessions() {
            return memory.sessions();
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
        public void close() {
            memory.close();
        }
    }
}
