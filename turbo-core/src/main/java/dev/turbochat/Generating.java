package dev.turbochat;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.Unwinding;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Generate;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import dev.turbochat.step.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the model.
 *
 * <p>The intent is stored before the call and the answer before the program sees it. An answer that was recorded is never
 * generated again; a call that was under way at a crash is made again as the next attempt. A stopped answer is kept as
 * far as it had come, and marked.
 */
final class Generating {
    private static final Logger PROMPTS = LoggerFactory.getLogger("dev.turbochat.prompts");
    private static final String SELECTOR_FAILED = "selector-failed";

    private static final Generate SILENTLY = Generate.withDefaults().silent();

    private final Stage stage;
    private final Summarising summarising;

    /** Whether the last call was stopped. */
    private boolean stopped;

    Generating(Stage stage) {
        this.stage = stage;
        this.summarising = new Summarising(stage, this::silently, () -> stopped);
    }

    /** One answer, as it was recorded or is now; what does not fit is no part of the messages. */
    Body.Generated generate(String branch, View view, Generate step, Wish wish) {
        Entry open = summarising.replay(branch, view);
        Entry intent = stage.tape().take(branch, intent(step.settings(), step));
        int attempt = 1;
        for (Entry repeated = intent; repeated != null; repeated = stage.tape().takeIf(Body.Generating.class)) {
            attempt = repeated.attempt() + 1;
            Entry result = recordedResult();
            if (result != null) {
                view.apply(result.body());
                return replayed(result.body());
            }
            open = summarising.replay(branch, view); // the window may be smaller than at the last attempt
        }
        long first = intent == null ? Entry.NO_REF : intent.seq();
        return call(branch, windowing(view, step), step, wish, first, attempt, open);
    }

    private Windowing windowing(View view, Generate step) {
        Window window = step.window() == null ? stage.options().window() : step.window();
        return new Windowing(view, window, stage.model().name());
    }

    private @Nullable Entry recordedResult() {
        Entry result = stage.tape().takeIf(Body.Generated.class);
        return result == null ? stage.tape().takeIf(Body.GenerateFailed.class) : result;
    }

    private static Body.Generating intent(Settings settings, Generate step) {
        if (step.tools().isEmpty()) {
            return new Body.Generating(settings.asMap());
        }
        Map<String, Object> map = new LinkedHashMap<>(settings.asMap());
        map.put("tools", step.tools().stream().map(tool -> tool.spec().name()).toList());
        return new Body.Generating(map);
    }

    private static Body.Generated replayed(Body body) {
        if (body instanceof Body.GenerateFailed failed) {
            throw failed.code().equals(SELECTOR_FAILED)
                    ? new IllegalArgumentException(failed.message())
                    : failure(failed);
        }
        return (Body.Generated) body;
    }

    static ModelException failure(Body.GenerateFailed failed) {
        return ModelException.recorded(failed.code(), failed.model(), failed.message(), failed.retryAfter());
    }

    private Body.Generated call(
            String branch,
            Windowing windowing,
            Generate step,
            Wish wish,
            long first,
            int attempt,
            @Nullable Entry open) {
        boolean goesOn = summarising.summarise(branch, windowing, open);
        Settings settings = step.settings().over(stage.options().settings());
        Entry intent = stage.tape().add(branch, first, attempt, intent(settings, step));
        stage.tape().flush();
        Event.Place place = stage.place(first == Entry.NO_REF ? intent.seq() : first, attempt);
        if (attempt > 1) {
            stage.show(new Event.Restart(place));
        }
        Partial partial = new Partial(place, step.shown());
        Body.Generated generated = attempt(
                branch,
                intent,
                () -> goesOn
                        ? wish.read(complete(wish.prompt(windowing.prompt(), step, settings), step, partial))
                        : stopped(step, ""));
        stage.tape().add(branch, intent.seq(), attempt, generated);
        stage.tape().flush();
        windowing.view().apply(generated);
        show(place, generated, partial);
        return generated;
    }

    /** Calls the model for what is no answer. */
    private Body.Generated silently(String branch, Entry intent, Prompt prompt, Event.Place place) {
        return attempt(branch, intent, () -> {
            Body.Generated made = complete(prompt, SILENTLY, new Partial(place, false));
            if (made.message().text().isBlank() && made.message().finish() != Message.Finish.STOPPED) {
                throw new ModelException.EmptyAnswer(made.model());
            }
            return made;
        });
    }

    private interface Attempt {
        Body.Generated make() throws SelectorFailed;
    }

    /** Writes a failure down. */
    private Body.Generated attempt(String branch, Entry intent, Attempt attempt) {
        try {
            return attempt.make();
        } catch (ModelException e) {
            failed(branch, intent, e);
            throw e;
        } catch (SelectorFailed e) {
            failed(
                    branch,
                    intent,
                    new Body.GenerateFailed(
                            SELECTOR_FAILED, stage.model().name(), String.valueOf(e.getMessage()), null));
            throw new IllegalArgumentException(e.getMessage(), e.getCause());
        } catch (Unwinding e) {
            throw e;
        } catch (Error e) { // which the program may catch, so that a replay must come by here, too
            failed(branch, intent, failed(e));
            throw e;
        }
    }

    private void failed(String branch, Entry intent, ModelException failure) {
        Duration retryAfter = failure instanceof ModelException.RateLimited limited
                ? limited.retryAfter().orElse(null)
                : null;
        failed(
                branch,
                intent,
                new Body.GenerateFailed(failure.code(), failure.model(), failure.getMessage(), retryAfter));
    }

    private void failed(String branch, Entry intent, Body.GenerateFailed failure) {
        stage.tape().add(branch, intent.seq(), intent.attempt(), failure);
        stage.tape().flush();
    }

    /** What a model must not throw as what it may. */
    private ModelException failed(Throwable thrown) {
        return new ModelException.Unavailable(stage.model().name(), "it failed with " + thrown, thrown);
    }

    /** The selector is the program's own: what is wrong with it is no failure of the model. */
    private static final class SelectorFailed extends Exception {
        private static final long serialVersionUID = 1;

        SelectorFailed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private static int choose(Generate step, List<Message.Assistant> candidates) throws SelectorFailed {
        if (step.selector() == null) {
            return 0;
        }
        int chosen;
        try {
            chosen = step.selector().applyAsInt(candidates);
        } catch (RuntimeException e) {
            throw new SelectorFailed("The selector failed with " + e, e);
        }
        if (chosen < 0 || chosen >= candidates.size()) {
            throw new SelectorFailed(
                    "The selector chose candidate " + chosen + " of " + candidates.size()
                            + "; it must return an index from 0 on.",
                    null);
        }
        return chosen;
    }

    /** The answer, or what had come of it when it was stopped. */
    private Body.Generated complete(Prompt prompt, Generate step, Partial partial) throws SelectorFailed {
        PROMPTS.debug("{} prompts {} with {}", stage.session(), stage.model().name(), prompt);
        Completion completion = null;
        ModelException failure = null;
        boolean interrupted = false;
        stage.interrupts().enterGeneration();
        try {
            completion = Objects.requireNonNull(
                    stage.model().complete(inSession(prompt), partial), "it returned null instead of a completion");
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ModelException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = failed(e);
        } finally {
            stopped = stage.interrupts().leaveGeneration();
        }
        if (interrupted && !stopped) {
            stage.interrupts().close(); // nobody interrupts a program's thread but to end it
        }
        stage.interrupts().check();
        if (completion != null) {
            List<Message.Assistant> candidates =
                    completion.candidates().stream().map(Generating::distinct).toList();
            int chosen = choose(step, candidates);
            return new Body.Generated(
                    candidates.get(chosen), chosen, completion.usage(), completion.model(), !step.shown());
        }
        if (stopped) {
            return stopped(step, partial.text());
        }
        if (failure != null) {
            throw failure;
        }
        throw Interrupts.unwinding();
    }

    private Prompt inSession(Prompt prompt) {
        return prompt.settings(prompt.settings().with(Setting.SESSION, stage.session()));
    }

    private Body.Generated stopped(Generate step, String text) {
        Message.Assistant message = new Message.Assistant(text, Message.Finish.STOPPED);
        return new Body.Generated(message, 0, Usage.NONE, stage.model().name(), !step.shown());
    }

    /** An answer whose calls have ids of their own: some servers give all the same. */
    private static Message.Assistant distinct(Message.Assistant answer) {
        List<ToolCall> calls = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (ToolCall call : answer.calls()) {
            String id = call.id();
            for (int n = 2; !ids.add(id); n++) {
                id = call.id() + "-" + n;
            }
            calls.add(new ToolCall(id, call.name(), call.arguments(), call.signature()));
        }
        return calls.equals(answer.calls()) ? answer : new Message.Assistant(answer.parts(), answer.finish(), calls);
    }

    private void show(Event.Place place, Body.Generated generated, Partial partial) {
        if (Past.isShown(generated)) {
            boolean streamed = partial.length() > 0 || generated.message().finish() == Message.Finish.STOPPED;
            stage.show(new Event.Said(place.at(Event.Place.BEHIND), generated.message(), streamed));
            if (generated.message().finish() == Message.Finish.LENGTH) {
                stage.show(new Event.Notice(
                        place.at(Event.Place.BEHIND + 1),
                        stage.options().sentences().cutAtLimit()));
            }
        }
        if (!generated.usage().equals(Usage.NONE)) {
            stage.show(new Event.Usage(place.at(Event.Place.BEHIND + 2), generated.usage(), generated.model()));
        }
    }

    /** Passes the pieces on as they come and keeps what has come. */
    private final class Partial implements Model.Listener {
        private final Event.Place place;
        private final boolean shown;
        private final StringBuilder text = new StringBuilder();

        Partial(Event.Place place, boolean shown) {
            this.place = place;
            this.shown = shown;
        }

        @Override
        public void text(String piece) {
            stage.interrupts().check(); // a model that overlooks the interrupt ends here
            text.append(piece);
            if (shown) {
                stage.show(new Event.Token(place, text.length(), piece));
            }
        }

        @Override
        public void reasoning(String piece) {
            stage.interrupts().check();
        }

        @Override
        public void retrying(int again, Duration wait, String why) {
            stage.interrupts().check();
            stage.show(new Event.Retry(stage.place(place.seq(), 0).at(again), again, wait, why));
        }

        int length() {
            return text.length();
        }

        String text() {
            return text.toString();
        }
    }
}
