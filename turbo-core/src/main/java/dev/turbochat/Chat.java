package dev.turbochat;

import dev.turbochat.step.Aside;
import dev.turbochat.step.Ask;
import dev.turbochat.step.Choose;
import dev.turbochat.step.Clear;
import dev.turbochat.step.ContinueAsNew;
import dev.turbochat.step.Draw;
import dev.turbochat.step.Effect;
import dev.turbochat.step.EffectOnce;
import dev.turbochat.step.Emitter;
import dev.turbochat.step.Example;
import dev.turbochat.step.Generate;
import dev.turbochat.step.GenerateValue;
import dev.turbochat.step.GetSecret;
import dev.turbochat.step.GetUserInput;
import dev.turbochat.step.GetUserInputWithin;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Notice;
import dev.turbochat.step.Outcome;
import dev.turbochat.step.Pin;
import dev.turbochat.step.ReadContext;
import dev.turbochat.step.ReadMessages;
import dev.turbochat.step.SleepUntil;
import dev.turbochat.step.Step;
import dev.turbochat.step.Type;
import dev.turbochat.step.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The conversation, as its program sees it.
 *
 * <p>There is one primitive, {@link #emit}; every other method is a short way to emit one step. A method that takes a
 * {@code Chat} is a piece of conversation, and composing pieces is calling them.
 *
 * <p>Used on the program's own thread, while its run lasts; anything else is refused by name. Nothing here throws a
 * checked exception: when the session sleeps or is closed, the program is taken down by
 * {@link dev.turbochat.error.Unwinding}, which passes {@code catch (Exception)}.
 */
@FunctionalInterface
public interface Chat extends Emitter {

    /** Adds an instruction to the model; one that is already in view is not repeated. */
    default void system(String text) {
        emit(new Message.System(text));
    }

    /** Adds a message as the user's. */
    default void user(String text) {
        emit(new Message.User(text));
    }

    /** Shows the model how to answer by a pair that stands before the real conversation; one that is in view is not repeated. */
    default void example(String user, String assistant) {
        emit(new Example(new Message.User(user), new Message.Assistant(assistant)));
    }

    /** Says something in the assistant's name: it is shown, and the model knows that it was said. */
    default void say(String text) {
        emit(new Message.Assistant(text));
    }

    /** Shows the user something that the model never sees. */
    default void notice(String text) {
        emit(new Notice(text));
    }

    /** Keeps an instruction at the top of the prompt, under a label; the last of a label wins. */
    default void pin(String label, String text) {
        emit(new Pin(label, new Message.System(text), Pin.Place.TOP));
    }

    /** Keeps an instruction just before the newest message, under a label; the last of a label wins. */
    default void pinBeforeNewest(String label, String text) {
        emit(new Pin(label, new Message.System(text), Pin.Place.BEFORE_NEWEST));
    }

    /** Asks and waits for the answer, whole: text, parts, author, id and time. */
    default Input listen(String prompt) {
        return emit(new GetUserInput(prompt));
    }

    /** Asks and waits for the answer's text. It is not added to the messages: say {@code user(answer)} if it should be. */
    default String ask(String prompt) {
        return listen(prompt).text();
    }

    /** Asks and waits so long for the answer, whole; empty if none came. What passes while the process is down counts. */
    default Optional<Input> listen(String prompt, Duration time) {
        return emit(new GetUserInputWithin(prompt, time));
    }

    /** Asks and waits so long for the answer's text; empty if none came. */
    default Optional<String> ask(String prompt, Duration time) {
        return listen(prompt, time).map(Input::text);
    }

    /** Waits so long for input and adds it as a user message; empty if none came. */
    default Optional<Input> hear(Duration time) {
        Optional<Input> input = listen("", time);
        input.ifPresent(given -> emit(given.message()));
        return input;
    }

    /**
     * Asks for a value, and again until the answer fits.
     *
     * @param type see {@link Ask}; a record is asked component by component
     * @throws dev.turbochat.error.ProgramException.AnswerRefused if it does not fit however often it is asked
     */
    default <T> T ask(String prompt, Class<T> type) {
        return emit(new Ask<>(prompt, type));
    }

    /** Asks to choose one of these, and again until the answer is one of them. */
    default String choose(String prompt, List<String> choices) {
        return emit(new Choose(prompt, choices));
    }

    /** Asks for a yes or no. */
    default boolean confirm(String prompt) {
        return ask(prompt, Boolean.class);
    }

    /** Asks for something that no journal, log or event holds in clear. */
    default String askSecret(String prompt) {
        return emit(new GetSecret(prompt));
    }

    /** Waits for input and adds it as a user message. */
    default Input hear() {
        return hear("");
    }

    /** Asks, waits for the answer and adds it as a user message. */
    default Input hear(String prompt) {
        Input input = listen(prompt);
        emit(input.message());
        return input;
    }

    /** Has the model answer; the answer streams to the user, is added to the messages and returned. */
    default Message.Assistant generate() {
        return emit(Generate.withDefaults());
    }

    /** Has the model answer, with settings of this step's own: {@code generate(g -> g.temperature(0.9))}. */
    default Message.Assistant generate(UnaryOperator<Generate> how) {
        return emit(how.apply(Generate.withDefaults()));
    }

    /**
     * Has the model answer with a value: it is told the schema, and asked again, three times at the most, if its answer does
     * not fit. The user sees nothing of it.
     *
     * @param type a record, an enum, a sealed type, or a plain value
     * @throws dev.turbochat.error.ModelException.UnfitAnswer if no answer fits
     */
    default <T> T generate(Class<T> type) {
        return emit(new GenerateValue<>(Type.of(type)));
    }

    /** {@link #generate(Class)} for a generic type: {@code new Type<List<Item>>() {}}. */
    default <T> T generate(Type<T> type) {
        return emit(new GenerateValue<>(type));
    }

    /** {@link #generate(Class)} with settings, or tools, of this step's own; {@code g.aloud()} shows the answer. */
    default <T> T generate(Class<T> type, UnaryOperator<Generate> how) {
        return emit(new GenerateValue<>(
                Type.of(type), how.apply(Generate.withDefaults().silent()), GenerateValue.TRIES));
    }

    /**
     * Does something to the world outside, once for the conversation; its value is recorded.
     *
     * @param name what it is known by in the journal
     * @throws dev.turbochat.error.ProgramException.EffectFailed if it fails, now and in every replay
     */
    default <T> T effect(String name, Class<T> type, Callable<T> body) {
        return emit(new Effect<>(name, Type.of(type), key -> body.call()));
    }

    /** {@link #effect(String, Class, Callable)} for a generic type: {@code new Type<List<Item>>() {}}. */
    default <T> T effect(String name, Type<T> type, Callable<T> body) {
        return emit(new Effect<>(name, type, key -> body.call()));
    }

    /** {@link #effect(String, Class, Callable)} for something that has no value. */
    @SuppressWarnings("NullAway") // a Void is null
    default void effect(String name, Action body) {
        emit(new Effect<@Nullable Void>(name, Type.of(Void.class), key -> {
            body.run();
            return null;
        }));
    }

    /**
     * {@link #effect(String, Class, Callable)} for a service that takes an idempotency key: after a crash in its middle it
     * is carried out again, with the same key.
     */
    default <T> T effectWithKey(String name, Class<T> type, Effect.Body<T> body) {
        return emit(new Effect<>(name, Type.of(type), body));
    }

    /** Does something outside, never twice: after a crash in its middle its outcome is {@link Outcome.Unknown}. */
    default <T> Outcome<T> effectOnce(String name, Class<T> type, Effect.Body<T> body) {
        return emit(new EffectOnce<>(name, Type.of(type), body));
    }

    /** The time, recorded. */
    default Instant now() {
        return emit(new Draw.Now());
    }

    /** A random number from 0 up to 1, which is left out; recorded. */
    default double random() {
        return emit(new Draw.Random());
    }

    /** A new identifier, recorded. */
    default UUID uuid() {
        return emit(new Draw.NewId());
    }

    /** Which version of a piece of the program this run takes; see {@link Version}. */
    default int version(String id, int oldest, int newest) {
        return emit(new Version(id, oldest, newest));
    }

    /** Waits for a time, also over restarts; one that is past is not waited for. */
    default void sleepUntil(Instant time) {
        emit(new SleepUntil(time));
    }

    /** Waits so long, from {@link #now} on; what passes while the process is down counts. */
    default void sleep(Duration time) {
        sleepUntil(now().plus(time));
    }

    /** Something that is done for its effect alone. */
    @FunctionalInterface
    interface Action {
        /** Does it. */
        void run() throws Exception;
    }

    /** Runs a program on messages of its own; what is said in it is shown, but the messages here never see it. */
    default <R> R aside(Program<R> program) {
        return emit(new Aside<>(emitter -> program.run(emitter::emit)));
    }

    /**
     * The context that the run was started with.
     *
     * @throws dev.turbochat.error.ProgramException.NoContext if there is none, or not of this type
     */
    default <T> T context(Class<T> type) {
        return emit(new ReadContext<>(type));
    }

    /** All messages at this point, without examples and pins, whatever the model is shown of them. */
    default List<Message> messages() {
        return emit(new ReadMessages());
    }

    /**
     * Ends the run and begins the next, of the same program, with this context: the journal then holds only what is taken
     * along, which is the instructions, examples and pins, and the latest 20 messages. Does not come back; say
     * {@code return chat.continueAsNew(context)} where the program returns something.
     */
    @SuppressWarnings({"TypeParameterUnusedInFormals", "unchecked"}) // it never returns anything
    default <R> R continueAsNew(@Nullable Object context) {
        return emit((Step<R>) (Step<?>) new ContinueAsNew(context, ContinueAsNew.LATEST));
    }

    /** Empties the messages, examples and pins: the model starts afresh. The journal keeps what was. */
    default void clear() {
        emit(new Clear());
    }
}
