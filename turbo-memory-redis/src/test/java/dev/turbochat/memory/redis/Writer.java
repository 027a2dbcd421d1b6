package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes to sessions of its own for as long as it is let, and keeps what was acknowledged to it: it is a living owner that
 * knows more than a store which has lost something.
 */
final class Writer {
    /** What it does besides. */
    enum Kind {
        /** Nothing. */
        STEADY,
        /** It lets go of its session, and takes it again. */
        COMING_AND_GOING,
        /** It begins one session after the other, and goes on with all. */
        BEGINNING
    }

    private static final int GONE_ON = 20;

    private final Kind kind;
    private final Memory memory;
    private final String name;
    private final Tally tally;
    private final List<Owned> sessions = new ArrayList<>();
    private volatile boolean stopped;
    private final AtomicLong stored = new AtomicLong();
    private volatile long diedAt;
    private volatile long storedThen = Long.MAX_VALUE;

    /** A session, and what is known to be in it. */
    private static final class Owned {
        final List<String> known = new ArrayList<>();
        Driver driver;

        /** What has not been answered yet. */
        @Nullable
        Append open;

        Owned(Driver driver) {
            this.driver = driver;
        }
    }

    Writer(Kind kind, Memory memory, String name, Tally tally) {
        this.kind = kind;
        this.memory = memory;
        this.name = name;
        this.tally = tally;
    }

    /** How many of its appends were acknowledged. */
    long stored() {
        return stored.get();
    }

    int sessions() {
        return sessions.size();
    }

    /** From here on counts how long it takes to go on. */
    void disturbed() {
        storedThen = stored.get();
        diedAt = System.nanoTime();
    }

    boolean hasGoneOn() {
        return stored.get() >= storedThen + GONE_ON;
    }

    void stop() {
        stopped = true;
    }

    boolean writes() {
        begin();
        for (int i = 1; !stopped; i++) {
            Owned mine = sessions.get(ThreadLocalRandom.current().nextInt(sessions.size()));
            append(mine);
            if (mine.open == null && kind == Kind.COMING_AND_GOING && i % 3 == 0) {
                mine.driver.release();
                reopen(mine);
            }
            if (kind == Kind.BEGINNING && i % 5 == 0 && sessions.size() < 40) {
                begin();
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
        }
        for (Owned mine : sessions) { // an owner that asks for nothing is told nothing
            do {
                append(mine);
            } while (mine.open != null);
        }
        return true;
    }

    private void begin() {
        sessions.add(new Owned(take(name + " " + sessions.size())));
    }

    private Driver take(String session) {
        while (true) {
            try {
                if (memory.open(session, "a writer") instanceof Opening.Granted granted) {
                    return Driver.of(memory, session, granted);
                }
            } catch (RedisFailure.RedisSilent | RedisFailure.RedisUnreachable | RedisFailure.RedisNotDurable e) {
                tally.unknown.increment();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void append(Owned mine) {
        Append append = mine.open == null ? mine.driver.next(name + " " + stored) : mine.open;
        mine.open = append;
        try {
            Appended appended = memory.append(append);
            if (appended != Appended.OK && appended != Appended.ALREADY) { // though nobody else wants it
                stopped(mine, appended);
                return;
            }
            mine.driver.counted(append);
            mine.known.add(text(append.entries().getFirst()));
            mine.open = null;
            counted();
        } catch (RedisFailure.RedisSilent | RedisFailure.RedisNotDurable e) {
            assertThat(e.passing()).isTrue();
            tally.unknown.increment();
        } catch (RedisFailure.RedisUnreachable e) {
            tally.unknown.increment();
        } catch (RedisFailure.RedisTailLost e) {
            tally.reported.increment();
            lost(mine);
        }
    }

    private void counted() {
        tally.acknowledged.increment();
        if (stored.incrementAndGet() == storedThen + 1) {
            tally.pauses.add((System.nanoTime() - diedAt) / 1_000_000);
        }
    }

    /** Its taking the session was lost, without anything that was stored since; or all of a session whose lease has ended. */
    private void stopped(Owned mine, Appended how) {
        int left = texts(memory.read(mine.driver.session)).size();
        assertThat(how).as(mine.driver.session).isIn(Appended.FENCED, Appended.GONE);
        assertThat(left)
                .as("what is left of %s (%s)", mine.driver.session, how)
                .isEqualTo(how == Appended.GONE ? 0 : mine.known.size());
        (how == Appended.GONE ? tally.gone : tally.fenced).increment();
        lost(mine);
    }

    /** Takes the session again, with what is left of it. */
    private void lost(Owned mine) {
        mine.driver.release();
        int had = mine.known.size();
        reopen(mine);
        assertThat(mine.known.size())
                .as("what is left of %s", mine.driver.session)
                .isLessThanOrEqualTo(had);
        tally.lost.add(had - mine.known.size());
        mine.open = null;
    }

    private void reopen(Owned mine) {
        mine.driver = take(mine.driver.session);
        List<String> found = texts(mine.driver.granted.entries());
        int same = (int) IntStream.range(0, Math.min(found.size(), mine.known.size()))
                .takeWhile(i -> found.get(i).equals(mine.known.get(i)))
                .count();
        assertThat(same)
                .as("one history of %s", mine.driver.session)
                .isEqualTo(Math.min(found.size(), mine.known.size()));
        mine.known.clear();
        mine.known.addAll(found);
    }

    /** What was acknowledged, and not reported as lost, is there, once and in order. */
    void check() {
        for (Owned mine : sessions) {
            List<Entry> journal = memory.read(mine.driver.session);
            assertThat(texts(journal)).as(mine.driver.session).isEqualTo(mine.known);
            assertThat(journal)
                    .extracting(Entry::seq)
                    .isEqualTo(Stream.iterate(0L, seq -> seq + 1)
                            .limit(journal.size())
                            .toList());
            mine.driver.release();
        }
    }

    private static List<String> texts(List<Entry> journal) {
        return journal.stream().skip(1).map(Writer::text).toList();
    }

    private static String text(Entry entry) {
        return entry.body() instanceof Body.Acted acted ? acted.value().asString() : "";
    }
}
