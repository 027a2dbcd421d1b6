package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.Unwinding;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Effect;
import dev.turbochat.step.EffectOnce;
import dev.turbochat.step.Outcome;
import dev.turbochat.step.Type;
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

    /** Its value; carried out again if it was under way at a crash. */
    @Nullable
    Object atLeastOnce(String branch, Effect<?> effect) {
        Body.Acting intent = new Body.Acting(effect.name(), false);
        Acted acted = recorded(branch, intent);
        return acted.result() == null
                ? live(branch, intent, effect.type(), effect.body(), acted)
                : value(acted.result(), effect.type());
    }

    /** Its outcome; unknown if it was under way at a crash. */
    @SuppressWarnings("NullAway") // an effect may well come to nothing
    Outcome<?> atMostOnce(String branch, EffectOnce<?> effect) {
        Body.Acting intent = new Body.Acting(effect.name(), true);
        Acted acted = recorded(branch, intent);
        if (acted.result() != null) {
            return new Outcome.Done<>(value(acted.result(), effect.type()));
        }
        if (acted.first() == Entry.NO_REF) {
            return new Outcome.Done<>(live(branch, intent, effect.type(), effect.body(), acted));
        }
        if (stage.tape().takeIf(Body.ActUnknown.class) == null) {
            stage.tape().add(branch, acted.first(), acted.attempt(), new Body.ActUnknown(effect.name()));
            stage.tape().flush();
        }
        return new Outcome.Unknown<>(stage.tape().key(acted.first()));
    }

    /**
     * What is on the tape of an effect.
     *
     * @param first the number of its first intent, or {@link Entry#NO_REF} if there is none
     * @param attempt the number of its last attempt, 0 if there was none
     * @param result the entry with its value, or null if there is none yet
     */
    private record Acted(long first, int attempt, @Nullable Entry result) {}

    private @Nullable Object value(Entry result, Type<?> type) {
        try {
            return Json.to(type, ((Body.Acted) result.body()).value());
        } catch (JacksonException e) {
            throw stage.tape().diverged(result, type);
        }
    }

    private Acted recorded(String branch, Body.Acting attempted) {
        Entry first = stage.tape().take(branch, attempted);
        if (first == null) {
            return new Acted(Entry.NO_REF, 0, null);
        }
        int attempt = 1;
        for (Entry intent = first; intent != null; intent = stage.tape().takeIf(Body.Acting.class)) {
            attempt = intent.attempt();
            Entry done = stage.tape().takeIf(Body.Acted.class);
            if (done != null) {
                return new Acted(first.seq(), attempt, done);
            }
            Entry failed = stage.tape().takeIf(Body.ActFailed.class);
            if (failed != null && failed.body() instanceof Body.ActFailed(String effect, String type, String message)) {
                throw new ProgramException.EffectFailed(effect, type, message, null);
            }
        }
        return new Acted(first.seq(), attempt, null);
    }

    private @Nullable Object live(String branch, Body.Acting acting, Type<?> type, Effect.Body<?> body, Acted before) {
        String name = acting.effect();
        int attempt = before.attempt() + 1;
        Entry intent = stage.tape().add(branch, before.first(), attempt, acting);
        stage.tape().flush();
        long first = before.first() == Entry.NO_REF ? intent.seq() : before.first();
        stage.show(new Event.Effect(stage.place(first, attempt), name));
        Object returned;
        current = name;
        try {
            returned = body.run(stage.tape().key(first));
        } catch (InterruptedException e) {
            throw stage.interrupts().interrupted();
        } catch (Unwinding e) {
            throw e;
        } catch (Error e) { // which the program may catch, so that a replay must come by here, too
            failed(branch, name, intent, e);
            throw e;
        } catch (Exception e) {
            throw failed(branch, name, intent, e);
        } finally {
            current = null;
        }
        JsonNode value;
        Object seen;
        try {
            value = Json.of(returned);
            seen = Json.to(type, value);
        } catch (JacksonException e) {
            String why = "JSON cannot hold its value: " + e.getOriginalMessage();
            throw failed(branch, name, intent, new IllegalArgumentException(why, e));
        }
        stage.tape().add(branch, intent.seq(), attempt, new Body.Acted(name, value));
        stage.tape().flush();
        return seen;
    }

    private RuntimeException failed(String branch, String name, Entry intent, Throwable thrown) {
        stage.interrupts().check();
        String type = thrown.getClass().getName();
        String message = thrown.getMessage() == null ? "" : thrown.getMessage();
        stage.tape().add(branch, intent.seq(), intent.attempt(), new Body.ActFailed(name, type, message));
        stage.tape().flush();
        return new ProgramException.EffectFailed(name, type, message, thrown);
    }
}
