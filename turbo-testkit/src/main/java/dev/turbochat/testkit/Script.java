package dev.turbochat.testkit;

import dev.turbochat.Program;
import dev.turbochat.Question;
import dev.turbochat.Routine;
import dev.turbochat.Turn;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Model;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A test of a chat program, told as the conversation goes.
 *
 * <pre>{@code
 * Script.of(Pizza::order)
 *         .asks("Which size?").reply("huge").asksAgain().reply("large")
 *         .asks("So: Order[size=LARGE]?").reply("yes")
 *         .says("In the oven.")
 *         .returns(new Order(LARGE));
 * }</pre>
 *
 * <p>Every message that the program says, and every question, must stand in the script; notices may. The program really
 * runs, on a heap memory; what does not fit throws an {@link AssertionError} that shows the conversation and points at the
 * difference. Used by one thread. End with {@link #returns}, {@link #ends}, {@link #fails} or {@link #sleeps}.
 *
 * @param <R> what the program returns
 */
public final class Script<R extends @Nullable Object> {
    private final Program<R> program;
    private final Transcript transcript = new Transcript();
    private Memory memory = Memory.heap();
    private Model model = ScriptedModel.replies();
    private @Nullable Object context;
    private boolean hibernating;
    private List<Failpoint> crashing = List.of();
    private @Nullable Playing<R> playing;
    private @Nullable Turn<R> turn;
    private @Nullable Throwable thrown;

    private Script(Program<R> program) {
        this.program = program;
    }

    /** A script of this program. */
    public static <R> Script<R> of(Program<R> program) {
        return new Script<>(program);
    }

    /** A script of this routine. */
    public static Script<@Nullable Void> ofRoutine(Routine routine) {
        return new Script<>(Program.of(routine));
    }

    /** Has this model answer; without one, a call of the model fails the test. Said first. */
    public Script<R> model(Model newModel) {
        model = newModel;
        return this;
    }

    /** Has the model give these answers, one a call. Said first. */
    public Script<R> replies(String... texts) {
        return model(ScriptedModel.replies(texts));
    }

    /** Gives the program this context. Said first. */
    public Script<R> context(Object newContext) {
        context = newContext;
        return this;
    }

    /** Keeps the session in this memory. Said first. */
    public Script<R> memory(Memory newMemory) {
        memory = newMemory;
        return this;
    }

    /**
     * Has the session sleep and wake at every question, if so: the program is unwound, and replayed from its journal. A
     * program that is written as it should be takes the same steps, says the same and gives the same conversation. Said first.
     */
    public Script<R> hibernating(boolean everywhere) {
        hibernating = everywhere || crashing.contains(Failpoint.HIBERNATED);
        return this;
    }

    /**
     * Has the session's process crash, or its memory fail, at every place of these rows in turn, and carries on each time: an
     * input that was not stored is sent again, and the model answers a repeated call as before. A program whose effects can
     * be repeated gives the same conversation. Said first.
     */
    public Script<R> crashing(Failpoint... rows) {
        crashing = List.of(rows);
        hibernating |= crashing.contains(Failpoint.HIBERNATED);
        return this;
    }

    /** The program asks this, everything said before having been told. */
    public Script<R> asks(String prompt) {
        Question question = question("asks", prompt);
        if (!question.prompt().equals(prompt)) {
            throw transcript.differs("asks", prompt, "asks", question.prompt());
        }
        transcript.add("asks", prompt);
        return this;
    }

    /** The program did not take the answer, and asks the same again. */
    public Script<R> asksAgain() {
        Question question = question("asks again", "");
        if (!question.again()) {
            throw transcript.differs("asks again", "", "asks anew", question.prompt());
        }
        transcript.add("asks again", question.prompt());
        return this;
    }

    /** The program waits for input without asking anything. */
    public Script<R> hears() {
        return asks("");
    }

    /** The question offers these choices. */
    public Script<R> offers(String... choices) {
        String offered = String.join(", ", question("offers", "").choices());
        if (!offered.equals(String.join(", ", choices))) {
            throw transcript.differs("offers", String.join(", ", choices), "offers", offered);
        }
        return this;
    }

    /** The user answers. */
    public Script<R> reply(String text) {
        question("waits for", text);
        transcript.add("reply", text);
        Playing<R> asked = Objects.requireNonNull(playing);
        advance(() -> asked.reply(text));
        return this;
    }

    /** The program, or the model, says this next. */
    public Script<R> says(String text) {
        begin();
        Playing.Line line = poll(next -> next.message() != null && (next.certain() || isText(next, text)));
        if (line == null) {
            throw transcript.differs("says", text, state(), stateText());
        }
        if (!isText(line, text)) {
            throw transcript.differs("says", text, "says", textOf(line));
        }
        transcript.add("says", text);
        return this;
    }

    /** The program shows this notice next; notices that no script mentions are passed over. */
    public Script<R> notices(String text) {
        begin();
        for (Playing.Line line = poll(Script::isNotice); line != null; line = poll(Script::isNotice)) {
            transcript.add("notice", line.notice());
            if (line.notice().equals(text)) {
                return this;
            }
        }
        throw transcript.differs("notices", text, state(), stateText());
    }

    /** The program returns this. */
    public void returns(R result) {
        R returned = finished("returns", String.valueOf(result));
        if (!Objects.equals(returned, result)) {
            throw transcript.differs("returns", String.valueOf(result), "returns", String.valueOf(returned));
        }
        close();
    }

    /** The program ends. */
    public void ends() {
        finished("ends", "");
        close();
    }

    /** The program throws this type; returns what it threw. */
    public <X extends Throwable> X fails(Class<X> type) {
        begin();
        nothingLeftUnsaid("fails", type.getSimpleName());
        if (!type.isInstance(thrown)) {
            throw transcript.differs("fails with", type.getSimpleName(), state(), stateText());
        }
        close();
        return type.cast(thrown);
    }

    /** The program waits for input, and the script leaves it there. */
    public void sleeps() {
        question("waits for input", "");
        close();
    }

    private Question question(String expected, String text) {
        begin();
        nothingLeftUnsaid(expected, text);
        if (turn instanceof Turn.AwaitingInput<R> waiting) {
            return waiting.question();
        }
        throw transcript.differs(expected, text, state(), stateText());
    }

    private R finished(String expected, String text) {
        begin();
        nothingLeftUnsaid(expected, text);
        if (turn instanceof Turn.Finished<R> finished) {
            return finished.result();
        }
        throw transcript.differs(expected, text, state(), stateText());
    }

    private void nothingLeftUnsaid(String expected, String text) {
        Playing.Line unsaid = poll(line -> line.message() != null && line.certain());
        if (unsaid != null) {
            throw transcript.differs(expected, text, "says", textOf(unsaid));
        }
        lines().stream().filter(Script::isNotice).forEach(line -> transcript.add("notice", line.notice()));
        lines().clear();
    }

    private static boolean isNotice(Playing.Line line) {
        return line.message() == null;
    }

    private static boolean isText(Playing.Line line, String text) {
        return textOf(line).equals(text);
    }

    private static String textOf(Playing.Line line) {
        return line.message() == null ? line.notice() : line.message().text();
    }

    private String state() {
        if (thrown != null) {
            return "fails with";
        }
        return turn instanceof Turn.AwaitingInput<R> ? "asks" : "returns";
    }

    private String stateText() {
        if (thrown != null) {
            return thrown.toString();
        }
        return switch (turn) {
            case Turn.AwaitingInput<R> waiting -> waiting.prompt();
            case Turn.Finished<R> finished -> String.valueOf(finished.result());
            case null -> "";
        };
    }

    @FunctionalInterface
    private interface Advance<R extends @Nullable Object> {
        Turn<R> run() throws InterruptedException;
    }

    private void begin() {
        if (playing == null) {
            Playing<R> begun = new Playing<>(program, model, context, memory, crashing);
            playing = begun;
            advance(begun::begin);
        }
    }

    private List<Playing.Line> lines() {
        return playing == null ? List.of() : playing.lines();
    }

    /** Takes the next line of a kind; null if there is none. */
    private Playing.@Nullable Line poll(Predicate<Playing.Line> kind) {
        Playing.Line first = lines().stream().filter(kind).findFirst().orElse(null);
        if (first != null) {
            lines().remove(first);
        }
        return first;
    }

    /** Has the session sleep at its question and wake, where it must ask the same. */
    private void hibernate(Playing<R> asleep, Question question) throws InterruptedException {
        int told = asleep.lines().size();
        Turn<R> again = asleep.hibernate();
        if (!(again instanceof Turn.AwaitingInput<R> waiting)) {
            throw transcript.differs("asks", question.prompt(), "ends", "after it slept and woke");
        }
        if (!waiting.prompt().equals(question.prompt()) || asleep.lines().size() > told) {
            throw transcript.differs(
                    "asks", question.prompt(), "asks", waiting.prompt() + " (after it slept and woke)");
        }
        turn = again;
    }

    private void advance(Advance<R> step) {
        try {
            Turn<R> next = step.run();
            turn = next;
            if (hibernating && next instanceof Turn.AwaitingInput<R> waiting) {
                hibernate(Objects.requireNonNull(playing), waiting.question());
            }
        } catch (ProgramException.ProgramFailed e) {
            turn = null;
            if (e.getCause() instanceof AssertionError failure) {
                throw failure; // the test's own, from inside the program or its model
            }
            thrown = e.getCause();
        } catch (SessionException.EmptyInput e) {
            thrown = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("The script was interrupted.", e);
        }
    }

    private void close() {
        try {
            if (playing != null) {
                playing.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("The script was interrupted.", e);
        }
    }
}
