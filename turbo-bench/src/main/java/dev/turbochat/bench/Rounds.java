package dev.turbochat.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often and how long is measured: short rounds, each of which all contestants take part in one after the other, so that
 * the noise of a shared machine hits all alike. The order turns from round to round.
 *
 * @param warmups rounds that do not count
 * @param rounds rounds that count
 * @param length how long a contestant is measured in a round, where the length is free
 */
record Rounds(int warmups, int rounds, Duration length) {
    /** What the tables of the documentation are made of. */
    static final Rounds STANDARD = new Rounds(2, 5, Duration.ofMillis(600));

    /** Whether everything works, and nothing else. */
    static final Rounds SMOKE = new Rounds(0, 1, Duration.ofMillis(30));

    Rounds of(Duration newLength) {
        return equals(SMOKE) ? this : new Rounds(warmups, rounds, newLength);
    }

    /** With so many rounds that do not count: what takes long to be compiled needs more. */
    Rounds warmedUp(int newWarmups) {
        return equals(SMOKE) ? this : new Rounds(newWarmups, rounds, length);
    }

    /** Measures; by contestant the figures of each round. */
    Map<String, List<Map<String, Double>>> run(List<Contestant> contestants) throws Exception {
        Map<String, List<Map<String, Double>>> figures = new LinkedHashMap<>();
        contestants.forEach(contestant -> figures.put(contestant.name(), new ArrayList<>()));
        for (int round = -warmups; round < rounds; round++) {
            for (int i = 0; i < contestants.size(); i++) {
                Contestant contestant = contestants.get(Math.floorMod(i + round, contestants.size()));
                Map<String, Double> measured = contestant.work().measure();
                if (round >= 0) {
                    figures.getOrDefault(contestant.name(), List.of()).add(measured);
                }
            }
        }
        return figures;
    }
}
