package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.Unwinding;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Effect;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Carries out effects: the intent is stored before, the value after, and the program sees only what was stored.
 *
 * <p>An effect whose intent has no result was under way at a crash, and is carried out again.
 */
final class Acting {
    private final Stage stage;
    private @Nullable String current;

    Acting(Stage stage) {
        this.stage = stage;
    }

    /** The effect whose body is running, if one is. */
    @Nullable
    String current() {
        return current;
    }

    @Nullable
    Object act(String branch, Effect<?> effect) {
        Entry intent = stage.tape().take(branch, new Body.Acting(effect.name()));
        int attempt = 1;
        for (Entry repeated = intent; repeated != null; repeated = stage.tape().takeIf(Body.Acting.class)) {
            attempt = repeated.attempt() + 1;
            Entry done = stage.tape().takeIf(Body.Acted.class);
            if (done != null) {
                return recorded(done, ((Body.Acted) done.body()).value(), effect);
            }
            Entry failed = stage.tape().takeIf(Body.ActFailed.class);
            if (failed != null && failed.body() instanceof Body.ActFailed(String name, String type, String message)) {
                throw new ProgramException.EffectFailed(name, type, message, null);
            }
        }
        return live(branch, effect, intent == null ? Entry.NO_REF : intent.seq(), attempt);
    }

    private @Nullable Object recorded(Entry entry, JsonNode value, Effect<?> effect) {
        try {
            return Json.to(effect.type(), value);
        } catch (JacksonException e) {
            throw stage.tape().diverged(entry, effect.type());
        }
    }

    private @Nullable Object live(String branch, Effect<?> effect, long first, int attempt) {
        Entry intent = stage.tape().add(branch, first, attempt, new Body.Acting(effect.name()));
        stage.tape().flush();
        stage.show(new Event.Effect(stage.place(first == Entry.NO_REF ? intent.seq() : first, attempt), effect.name()));
        Object returned;
        current = effect.name();
        try {
            returned = effect.body().call();
        } catch (InterruptedException e) {
            stage.interrupts().close(); // nobody interrupts a program's thread but to end it
            throw Interrupts.unwinding();
        } catch (Unwinding e) {
            throw e;
        } catch (Error e) { // which the program may catch, so that a replay must come by here, too
            failed(branch, effect, intent, e);
            throw e;
        } catch (Exception e) {
            throw failed(branch, effect, intent, e);
        } finally {
            current = null;
        }
        JsonNode value;
        Object seen;
        try {
            value = Json.of(returned);
            seen = Json.to(effect.type(), value);
        } catch (JacksonException e) {
            String why = "JSON cannot hold its value: " + e.getOriginalMessage();
            throw failed(branch, effect, intent, new IllegalArgumentException(why, e));
        }
        stage.tape().add(branch, intent.seq(), attempt, new Body.Acted(effect.name(), value));
        stage.tape().flush();
        return seen;
    }

    private RuntimeException failed(String branch, Effect<?> effect, Entry intent, Throwable thrown) {
        stage.interrupts().check();
        String type = thrown.getClass().getName();
        String message = thrown.getMessage() == null ? "" : thrown.getMessage();
        stage.tape().add(branch, intent.seq(), intent.attempt(), new Body.ActFailed(effect.name(), type, message));
        stage.tape().flush();
        return new ProgramException.EffectFailed(effect.name(), type, message, thrown);
    }
}
