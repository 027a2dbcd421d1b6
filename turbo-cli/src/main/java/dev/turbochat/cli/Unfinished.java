package dev.turbochat.cli;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.LastRun;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whether the last run of a journal goes on. */
final class Unfinished {
    private Unfinished() {}

    /** The context of the run that goes on; empty if none does, or it has none. */
    static Optional<JsonNode> context(List<Entry> journal) {
        return LastRun.underWay(journal).map(LastRun::started).map(Body.RunStarted::context);
    }

    /** Whether the last run has come to its end, and well. */
    static boolean isDone(List<Entry> journal) {
        return !journal.isEmpty()
                && journal.getLast().body() instanceof Body.RunEnded ended
                && ended.outcome() == Body.Outcome.OK;
    }
}
