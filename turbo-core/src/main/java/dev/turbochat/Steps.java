package dev.turbochat;

import dev.turbochat.error.MemoryException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Aside;
import dev.turbochat.step.Ask;
import dev.turbochat.step.Choose;
import dev.turbochat.step.Clear;
import dev.turbochat.step.ContinueAsNew;
import dev.turbochat.step.Draw;
import dev.turbochat.step.Effect;
import dev.turbochat.step.EffectOnce;
import dev.turbochat.step.Example;
import dev.turbochat.step.Generate;
import dev.turbochat.step.GenerateValue;
import dev.turbochat.step.GetSecret;
import dev.turbochat.step.GetUserInput;
import dev.turbochat.step.GetUserInputWithin;
import dev.turbochat.step.Message;
import dev.turbochat.step.Notice;
import dev.turbochat.step.Pin;
import dev.turbochat.step.ReadContext;
import dev.turbochat.step.ReadMessages;
import dev.turbochat.step.SleepUntil;
import dev.turbochat.step.Step;
import dev.turbochat.step.Type;
import dev.turbochat.step.Version;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.NullNode;

/**
 * Carries out the steps of one run, on the program's own thread.
 *
 * <p>Each step first looks for the entry that it left in an earlier life of the run; only if there is none it acts. A
 * failure of the journal, and a divergence from it, end the run whatever the program catches.
 */
final class Steps {
    private static final Logger LOG = LoggerFactory.getLogger("dev.turbochat.steps");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Stage stage;
    private final Thread thread;
    private final Body.RunStarted started;
    private final Asking asking;
    private final Branch main;
    private Branch current;
    private Map<String, Integer> versions = Map.of();
    private int asides;
    private volatile boolean ended;
    private boolean live;
    private @Nullable Answering answering;
    private @Nullable Acting acting;
    private @Nullable ContinueAsNew continuation;
    private @Nullable RuntimeException fatal;

    /**
     * @param view the messages before this run
     * @param started with what the run was started
     * @param thread the program's thread
     */
    Steps(Stage stage, View view, Body.RunStarted started, Thread thread) {
        this.started = started;
        this.stage = stage;
        this.thread = thread;
        this.asking = new Asking(stage);
        this.main = new Branch("", view);
        stage.tape().onForeign(entry -> view.apply(entry.body()));
        this.current = main;
    }

    /** The main line, or an aside: a chat with messages of its own. */
    private final class Branch implements Chat {
        private final String path;
        private final View view;

        Branch(String path, View view) {
            this.path = path;
            this.view = view;
        }

        @Override
        public <R extends @Nullable Object> R emit(Step<R> step) {
            check(this, step);
            if (LOG.isDebugEnabled()) { // what would be made for it is more than a message costs
                LOG.debug("{} {} {}", stage.session(), stage.tape().isReplaying() ? "replays" : "takes", step);
            }
            try {
                takePosted(step);
                return carryOut(step);
            } catch (ProgramException.Diverged | MemoryException e) {
                fatal = e;
                stage.interrupts().close();
                throw Interrupts.unwinding();
            }
        }

        @SuppressWarnings({"unchecked", "NullAway"}) // each step's record says what its result is
        private <R extends @Nullable Object> R carryOut(Step<R> step) {
            Object result = switch (step) {
                case Message message -> add(message);
                case Example example -> {
                    if (!view.holds(example)) {
                        note(new Body.ExampleGiven(example.user(), example.assistant()));
                    }
                    yield example;
                }
                case Pin pin -> {
                    note(new Body.Pinned(pin));
                    yield pin.message();
                }
                case Clear ignored -> note(new Body.Cleared());
                case ContinueAsNew next -> {
                    stage.tape().checkEnd(null);
                    continuation = next;
                    throw stage.interrupts().leave();
                }
                case Notice(String text) -> {
                    stage.notice(path, text);
                    yield null;
                }
                case GetUserInput input -> {
                    if (input.record()) {
                        record(new Message.Assistant(input.prompt()));
                    }
                    yield asking.input(path, input.prompt());
                }
                case Ask<?> ask -> asking.value(path, ask.prompt(), ask.type());
                case Choose(String prompt, List<String> choices) -> asking.choice(path, prompt, choices);
                case GetUserInputWithin(String prompt, Duration time) -> asking.input(path, prompt, time);
                case GetSecret(String prompt) -> asking.secret(path, prompt);
                case Generate generate -> answering().text(path, view, generate);
                case GenerateValue<?> generate -> answering().value(path, view, generate);
                case Effect<?> effect -> acting().atLeastOnce(path, effect);
                case EffectOnce<?> effect -> acting().atMostOnce(path, effect);
                case Draw.Now ignored -> draw("now", Instant.class, Instant::now);
                case Draw.Random ignored -> draw("random", Double.class, RANDOM::nextDouble);
                case Draw.NewId ignored -> draw("uuid", UUID.class, UUID::randomUUID);
                case Version version -> version(version);
                case SleepUntil(Instant time) -> sleep(time);
                case Aside<?> aside -> hold(aside);
                case ReadContext<?> read -> readContext(read.type());
                case ReadMessages ignored -> view.messages();
            };
            return (R) result;
        }

        private Message add(Message message) {
            if (message instanceof Message.System instruction && view.holds(instruction)) {
                return message;
            }
            boolean live = !stage.tape().isReplaying();
            Event.Place place = stage.place();
            Message said = record(message);
            if (live && said instanceof Message.Assistant) {
                stage.show(new Event.Said(place, said, false));
            }
            return said;
        }

        private Message record(Message message) {
            Body.Said said = new Body.Said(message);
            Entry entry = stage.tape().take(path, said);
            if (entry != null && entry.body() instanceof Body.Said recorded) {
                view.stands(said);
                said = recorded;
            } else {
                stage.tape().add(path, said);
            }
            view.apply(said);
            return said.message();
        }

        private @Nullable Void note(Body body) {
            Entry entry = stage.tape().take(path, body);
            view.apply((entry == null ? stage.tape().add(path, body) : entry).body());
            view.stands(body);
            return null;
        }

        private <T> T draw(String what, Class<T> type, Supplier<T> source) {
            Entry entry = stage.tape().take(path, new Body.Drawn(what, NullNode.getInstance()));
            if (entry == null) {
                entry = stage.tape().add(path, new Body.Drawn(what, Json.of(source.get())));
            }
            return Json.to(Type.of(type), ((Body.Drawn) entry.body()).value());
        }

        private int version(Version step) {
            Integer passed = versions.get(step.id());
            if (passed != null) {
                return passed;
            }
            Body.VersionTaken newest = new Body.VersionTaken(step.id(), step.newest());
            int taken;
            if (stage.tape().finds(newest)) {
                Entry entry = stage.tape().take(path, newest);
                taken = entry != null && entry.body() instanceof Body.VersionTaken marker
                        ? marker.version()
                        : step.newest();
            } else if (stage.tape().isReplaying()) {
                taken = step.oldest(); // this run has passed here before there was a choice
            } else {
                stage.tape().add(path, newest);
                taken = step.newest();
            }
            if (taken < step.oldest() || taken > step.newest()) {
                throw stage.tape().diverged(step);
            }
            versions = Rarely.put(versions, step.id(), taken);
            return taken;
        }

        private @Nullable Void sleep(Instant time) {
            Entry set = stage.tape().take(path, new Body.TimerSet(Body.TimerSet.SLEEP, time));
            Instant due = set != null && set.body() instanceof Body.TimerSet timer ? timer.due() : time;
            if (set != null && stage.tape().takeIf(Body.TimerDone.class) != null) {
                return null;
            }
            if (set == null) {
                set = stage.tape().add(path, new Body.TimerSet(Body.TimerSet.SLEEP, due));
                stage.tape().flush();
            }
            if (!nap(due)) {
                throw stage.interrupts().interrupted();
            }
            stage.tape().add(path, set.seq(), 1, new Body.TimerDone());
            return null;
        }

        private boolean nap(Instant due) {
            Desk desk = stage.desk();
            try {
                if (desk != null) {
                    return desk.nap(due);
                }
                Naps.until(due);
                return true;
            } catch (InterruptedException e) {
                return false;
            }
        }

        private @Nullable Object hold(Aside<?> aside) {
            asides++;
            Branch inner = new Branch(path.isEmpty() ? "" + asides : path + "." + asides, new View());
            current = inner;
            try {
                return aside.body().run(stage.options().intercepted(inner));
            } catch (Exception e) {
                throw Sneaky.rethrow(e);
            } finally {
                current = this;
            }
        }

        private <T> T readContext(Class<T> type) {
            if (started.context() == null) {
                throw new ProgramException.NoContext(
                        stage.session(), type.getSimpleName(), "the run was started without one");
            }
            try {
                return Json.to(Type.of(type), started.context());
            } catch (JacksonException e) {
                throw new ProgramException.NoContext(
                        stage.session(),
                        type.getSimpleName(),
                        "the run's does not fit it (" + e.getOriginalMessage() + ")");
            }
        }
    }

    /** What has the model answer; made when it is called first. */
    private Answering answering() {
        answering = answering == null ? new Answering(stage, asking) : answering;
        return answering;
    }

    /** What carries out effects; made when there is one. */
    private Acting acting() {
        acting = acting == null ? new Acting(stage) : acting;
        return acting;
    }

    /** Takes what was put into the conversation from outside before this step, then and now. */
    private void takePosted(Step<?> step) {
        stage.tape().peek(); // which passes what was put in here before
        Desk desk = stage.desk();
        if (desk == null || stage.tape().isReplaying()) {
            return;
        }
        if (!live) {
            live = true;
            desk.live();
        }
        for (Delivery delivery : desk.posts(isQuestion(step) || step instanceof Message.User)) {
            Message message = message(delivery.content());
            if (message != null && !stage.tape().holds(delivery.id())) {
                Body.Posted posted = new Body.Posted(message, delivery.id());
                Event.Place place = stage.place();
                stage.tape().add("", Entry.NO_REF, 1, posted, delivery.id());
                main.view.apply(posted);
                Event event = Past.event(place, posted);
                if (event != null) {
                    stage.show(event);
                }
            }
        }
    }

    private static boolean isQuestion(Step<?> step) {
        return step instanceof GetUserInput
                || step instanceof GetUserInputWithin
                || step instanceof Ask<?>
                || step instanceof Choose
                || step instanceof GetSecret;
    }

    private static @Nullable Message message(Delivery.Content content) {
        return switch (content) {
            case Delivery.Post(Message message) -> message;
            case Delivery.Answer answer -> answer.input().message();
            case Delivery.Start ignored -> null;
        };
    }

    /** Refuses a step that may not be taken here and now. */
    private void check(Branch branch, Step<?> step) {
        if (ended) {
            throw new ProgramException.StepAfterEnd(stage.session(), word(step));
        }
        if (!Thread.currentThread().equals(thread)) {
            throw new ProgramException.StepFromForeignThread(
                    stage.session(), word(step), Thread.currentThread().getName());
        }
        stage.interrupts().check();
        String effect = acting == null ? null : acting.current();
        if (effect != null) {
            throw new ProgramException.StepInsideEffect(stage.session(), word(step), effect);
        }
        if (!branch.equals(current)) {
            throw new ProgramException.StepOutsideAside(stage.session(), word(step));
        }
    }

    private static String word(Step<?> step) {
        return step.getClass().getSimpleName();
    }

    /** What the program talks to. */
    Chat chat() {
        return stage.options().intercepted(main);
    }

    /** What ended the run against the program's will, if anything did. */
    @Nullable
    RuntimeException fatal() {
        return fatal;
    }

    /** How the program wants to go on with a new journal, if it does. */
    @Nullable
    ContinueAsNew continuation() {
        return continuation;
    }

    /** The messages as they are now. */
    View view() {
        return main.view;
    }

    /** Writes down that the program has returned. */
    void returned(@Nullable Object result) {
        stage.tape().checkEnd(null);
        end(
                new Body.RunEnded(Body.Outcome.OK, Json.ifPossible(result), null, null, done()),
                new Event.Done(stage.place(), result));
    }

    /** Writes down that the program has thrown. */
    void threw(Throwable thrown) {
        stage.tape().checkEnd(thrown);
        String code = thrown instanceof TurboException known ? known.code() : "program-failed";
        String message = thrown.getMessage() == null ? thrown.getClass().getName() : thrown.getMessage();
        end(
                new Body.RunEnded(Body.Outcome.ERROR, null, code, thrown.toString(), done()),
                new Event.Failed(stage.place(), code, message));
    }

    /** What started the run, if that is done with now; null if it is not. */
    private @Nullable String done() {
        Desk desk = stage.desk();
        boolean unheard = started.byAnswer() && (asking.hasHeard() || (desk != null && !desk.hasOpening()));
        return unheard ? null : started.opening();
    }

    private void end(Body.RunEnded body, Event event) {
        stage.tape().add("", Entry.NO_REF, 1, body, body.opening());
        stage.tape().flush();
        stage.show(event);
    }

    /** Refuses every further step. */
    void close() {
        ended = true;
    }
}
