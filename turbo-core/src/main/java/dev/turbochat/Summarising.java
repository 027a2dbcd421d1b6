package dev.turbochat;

import dev.turbochat.error.ModelException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Usage;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has the model summarise what has no room in the window, before it is called for an answer.
 *
 * <p>Such a call is journaled like any other: the intent before, the summary after. One that was recorded is never made
 * again, whatever the window is by then.
 */
final class Summarising {
    private static final Body.Generating INTENT = new Body.Generating(Map.of(), true);

    private final Stage stage;
    private final Caller caller;
    private final BooleanSupplier stopped;

    /** Calls the model without showing anybody, and writes a failure down. */
    interface Caller {
        Body.Generated call(String branch, Entry intent, Prompt prompt, Event.Place place);
    }

    /**
     * @param stopped whether the last call was stopped, even if its answer was whole by then
     */
    Summarising(Stage stage, Caller caller, BooleanSupplier stopped) {
        this.stage = stage;
        this.caller = caller;
        this.stopped = stopped;
    }

    /**
     * Takes the summaries that the step made in an earlier life.
     *
     * @return the intent that has no result; null if all have
     * @throws ModelException if one of them failed
     */
    @Nullable
    Entry replay(String branch, View view) {
        Entry open = null;
        while (stage.tape().finds(INTENT)) {
            open = stage.tape().take(branch, INTENT);
            Entry summary = stage.tape().takeIf(Body.Summarised.class);
            Entry failed = summary == null ? stage.tape().takeIf(Body.GenerateFailed.class) : null;
            if (failed != null) {
                throw Generating.failure((Body.GenerateFailed) failed.body());
            }
            if (summary != null) {
                view.apply(summary.body());
                open = null;
            }
        }
        return open;
    }

    /**
     * Summarises until the rest has room.
     *
     * @param open the intent of a call that was under way at a crash; null for none
     * @return whether all was done; if not, it was stopped
     * @throws ModelException if the model fails, which is written down
     */
    boolean summarise(String branch, Windowing windowing, @Nullable Entry open) {
        Entry before = open;
        for (var excess = windowing.excess(); excess != null; excess = windowing.excess()) {
            Settings settings = excess.prompt().settings().over(stage.options().settings());
            int attempt = before == null ? 1 : before.attempt() + 1;
            long first = before == null ? Entry.NO_REF : before.ref() == Entry.NO_REF ? before.seq() : before.ref();
            Entry intent = stage.tape().add(branch, first, attempt, new Body.Generating(settings.asMap(), true));
            stage.tape().flush();
            before = null;
            Event.Place place = stage.place(first == Entry.NO_REF ? intent.seq() : first, attempt);
            if (attempt > 1) {
                stage.show(new Event.Restart(place));
            }
            Body.Generated made = caller.call(branch, intent, excess.prompt().settings(settings), place);
            if (made.message().finish() == Message.Finish.STOPPED) {
                return false;
            }
            Body.Summarised summary =
                    new Body.Summarised(excess.to(), made.message().text(), made.usage(), made.model());
            stage.tape().add(branch, intent.seq(), attempt, summary);
            stage.tape().flush();
            windowing.view().apply(summary);
            if (!summary.usage().equals(Usage.NONE)) {
                stage.show(new Event.Usage(place.at(Event.Place.BEHIND + 2), summary.usage(), summary.model()));
            }
            if (stopped.getAsBoolean()) {
                return false; // it was the answer that was not wanted any more
            }
        }
        return true;
    }
}
