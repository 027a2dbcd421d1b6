package dev.turbochat.examples;

import dev.turbochat.testkit.Failpoint;
import dev.turbochat.testkit.Script;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a session may go through: every example has the same transcript in every life. */
record Life(boolean hibernating, List<Failpoint> rows) {

    /** An easy one, one with sleep at every question, one with a crash at every place of each row, and one with it all. */
    static Stream<Life> lives() {
        return Stream.of(
                        Stream.of(false, true).map(hibernating -> new Life(hibernating, List.of())),
                        Arrays.stream(Failpoint.values()).map(row -> new Life(false, List.of(row))),
                        Stream.of(new Life(true, List.of(Failpoint.values()))))
                .flatMap(lives -> lives);
    }

    <R> Script<R> lead(Script<R> script) {
        return script.hibernating(hibernating).crashing(rows.toArray(Failpoint[]::new));
    }
}
