package dev.turbochat.memory.redis;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** What came of many appends, by many threads. */
final class Tally {
    final LongAdder acknowledged = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder reported = new LongAdder();
    final LongAdder gone = new LongAdder();
    final LongAdder fenced = new LongAdder();
    final LongAdder lost = new LongAdder();
    final List<Long> pauses = new CopyOnWriteArrayList<>();

    @Override
    public String toString() {
        return acknowledged + " appends acknowledged, " + unknown + " without an answer at first, " + reported
                + " tails lost and reported, " + gone + " sessions gone, " + fenced
                + " fenced without a loss, with " + lost + " entries in all, ms to go on " + Figures.of(pauses);
    }
}
