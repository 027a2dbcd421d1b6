package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.FileMemory.Durability;
import dev.turbochat.memory.FragileDisk.Fault;
import dev.turbochat.memory.FragileDisk.Left;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session that is worked on at random, and cut short at every operation that its memory asks of the disk. */
@Timeout(120)
class FileMemoryPowerTest {
    private static final int STEPS = 14;
    private static final Limits SMALL = new Limits(700, 10_000, 1_000_000, 1_000_000);

    @TempDir
    Path folder;

    private FragileDisk disk = new FragileDisk(Path.of("unused"));

    private FileMemory open(Durability durability) {
        return new FileMemory(folder, durability, disk, SMALL);
    }

    private FileWakes wakes() {
        return new FileWakes(disk, folder, true);
    }

    private Ledger work(Durability durability, long seed, int failAt, Fault fault) {
        disk = new FragileDisk(folder);
        disk.failAt(failAt, fault);
        try (FileMemory memory = open(durability)) {
            Ledger ledger = new Ledger(memory, seed);
            ledger.work(STEPS);
            if (fault == Fault.ERROR) {
                disk.failAt(Integer.MAX_VALUE, fault);
                ledger.giveUp();
            }
            return ledger;
        }
    }

    private int operations(Durability durability, long seed) {
        work(durability, seed, Integer.MAX_VALUE, Fault.CUT);
        return disk.done().size();
    }

    @ParameterizedTest
    @CsvSource({"1, SOME", "2, SOME", "3, SOME", "4, SOME", "5, SOME", "6, SOME", "7, NOTHING", "8, NOTHING", "9, ALL"})
    void what_was_acknowledged_survives_a_loss_of_power_at_any_operation(long seed, Left left) throws Exception {
        int operations = operations(Durability.FSYNC, seed);
        assertThat(operations).isGreaterThan(60);
        for (int at = 0; at <= operations; at++) {
            Ledger ledger = work(Durability.FSYNC, seed, at, Fault.CUT);
            Random random = new Random(seed * 1_000 + at);
            disk.restart(left, random);
            try (FileMemory memory = open(Durability.FSYNC)) {
                ledger.check(memory, wakes());
                List<Entry> all = Ledger.goOn(memory);
                disk.restart(Left.NOTHING, random);
                assertThat(memory.read("s")).as("cut at %d, then again", at).isEqualTo(all);
            } catch (Throwable e) {
                throw new AssertionError("cut at " + at + " of " + disk.done(), e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void what_was_acknowledged_survives_the_process_at_any_operation(long seed) throws Exception {
        int operations = operations(Durability.MEMORY, seed);
        for (int at = 0; at <= operations; at++) {
            Ledger ledger = work(Durability.MEMORY, seed, at, Fault.CUT);
            disk.restartProcess();
            try (FileMemory memory = open(Durability.MEMORY)) {
                ledger.check(memory, wakes());
                List<Entry> all = Ledger.goOn(memory);
                assertThat(memory.read("s")).isEqualTo(all);
            } catch (Throwable e) {
                throw new AssertionError("killed at " + at + " of " + disk.done(), e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void any_operation_may_fail_and_the_session_goes_on_when_it_is_opened_anew(long seed) throws Exception {
        int operations = operations(Durability.FSYNC, seed);
        for (int at = 0; at <= operations; at++) {
            Ledger ledger = work(Durability.FSYNC, seed, at, Fault.ERROR);
            try (FileMemory memory = open(Durability.FSYNC)) {
                ledger.check(memory, wakes());
                List<Entry> all = Ledger.goOn(memory);
                disk.restart(Left.NOTHING, new Random(at));
                assertThat(memory.read("s")).as("failed at %d, then cut", at).isEqualTo(all);
            } catch (Throwable e) {
                throw new AssertionError("failed at " + at + " of " + disk.done(), e);
            }
        }
    }
}
