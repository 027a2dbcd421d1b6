package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session that was only read is let go of without the threads that write. */
@Timeout(60)
class FileMemoryReleaseTest {
    private static final int ROUNDS = 400;

    @TempDir
    Path folder;

    private FileMemory open() {
        return new FileMemory(folder, FileMemory.Durability.MEMORY);
    }

    private static Opening.Granted take(Memory memory, String session) {
        return (Opening.Granted) memory.open(session, "a test");
    }

    private static Memory.Append append(Opening.Granted granted) {
        long length = granted.entries().getLast().seq() + 1;
        Entry.Stamp stamp =
                new Entry.Stamp(granted.incarnation(), granted.token().epoch(), 1, Instant.EPOCH);
        Entry entry = new Entry(
                new Entry.Position(length, 1, "", (int) length), stamp, Entry.NO_REF, 1, new Body.Noticed("hello"));
        return new Memory.Append(
                "s", granted.incarnation(), granted.token(), length, 1, List.of(entry), List.of(), null);
    }

    @Test
    void letting_go_of_what_was_only_read_waits_for_no_other_session() throws Exception {
        CountDownLatch let = new CountDownLatch(1);
        AtomicBoolean isSlow = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(1);
        Disk real = Disk.real();
        Disk slow =
                (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (p, m, a) -> {
                    if (m.getName().equals("read") && isSlow.get()) {
                        reading.countDown();
                        let.await();
                    }
                    try {
                        return m.invoke(real, a);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (Memory other = open();
                Memory memory = new FileMemory(folder, FileMemory.Durability.MEMORY, slow, Limits.STANDARD)) {
            memory.release("s", take(memory, "s").token(), null); // which has made it
            Opening.Granted granted = take(memory, "s");
            isSlow.set(true);
            CompletableFuture<List<Entry>> held = CompletableFuture.supplyAsync(() -> memory.read("s"));
            assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();

            memory.release("s", granted.token(), null);

            assertThat(held).isNotDone();
            assertThat(other.open("s", "another")).isInstanceOf(Opening.Granted.class);
            let.countDown();
            assertThat(held.get(10, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void a_thread_that_is_interrupted_lets_go_and_harms_nobody() {
        try (Memory memory = open();
                Memory other = open()) {
            memory.release("s", take(memory, "s").token(), null);
            Opening.Granted granted = take(memory, "s");
            Thread.currentThread().interrupt();
            memory.release("s", granted.token(), null);
            assertThat(Thread.interrupted()).isTrue();

            Opening.Granted its = take(other, "s");
            assertThat(other.append(append(its))).isEqualTo(Appended.OK);
            assertThat(memory.append(append(granted))).isEqualTo(Appended.FENCED);
        }
    }

    @Test
    void a_wake_time_is_set_and_taken_back_though_nothing_was_stored() {
        try (Memory memory = open()) {
            memory.release("s", take(memory, "s").token(), Instant.EPOCH);
            assertThat(memory.due(Instant.now(), 10)).containsExactly("s");
            memory.release("s", take(memory, "s").token(), Instant.EPOCH);
            assertThat(memory.due(Instant.now(), 10)).containsExactly("s");
            memory.release("s", take(memory, "s").token(), null);
            assertThat(memory.due(Instant.now(), 10)).isEmpty();
        }
    }

    @Test
    void what_is_let_go_of_after_closing_was_let_go_of_by_that() {
        try (Memory other = open()) {
            Memory memory = open();
            memory.release("s", take(memory, "s").token(), null);
            Opening.Granted granted = take(memory, "s");
            memory.close();
            memory.release("s", granted.token(), null);
            assertThat(other.open("s", "another")).isInstanceOf(Opening.Granted.class);
        }
    }

    @Test
    void whoever_comes_first_stores_or_lets_go_and_the_other_does_not() {
        Disk disk = Disk.real();
        FileSession.Shared shared = new FileSession.Shared(
                disk,
                new FileInbox(disk, folder, false, Limits.STANDARD),
                new FileWakes(disk, folder, false),
                Limits.STANDARD,
                false);
        SessionFiles files = SessionFiles.of(folder, "s");
        try (FolderLock lock = FolderLock.of(folder)) {
            Supplier<FileSession> taking = () -> FileSession.take(
                    shared, files, "s", "a test", lock.tryLock(files.hash()).orElseThrow());
            taking.get().unlock(); // which has made it

            FileSession read = taking.get();
            assertThat(read.releaseIfUntouched(null, List.of())).isTrue();
            assertThat(read.beginStoring(read.granted().token())).isFalse();

            FileSession written = taking.get();
            assertThat(written.beginStoring(written.granted().token())).isTrue();
            assertThat(written.releaseIfUntouched(null, List.of())).isFalse();
            written.release(null, List.of());
            assertThat(lock.tryLock(files.hash())).isPresent();
        }
    }

    /** As when a program that does not stop stores something while its run is taken from it. */
    @Test
    void nothing_is_stored_once_the_session_was_let_go_of_meanwhile() throws Exception {
        int stored = 0;
        try (Memory memory = open();
                Memory other = open();
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < ROUNDS; round++) {
                Opening.Granted granted = take(memory, "s");
                CyclicBarrier together = new CyclicBarrier(3);
                long pause = round % 2 == 0 ? 0 : ThreadLocalRandom.current().nextLong(300_000);
                Future<Appended> appended = threads.submit(() -> {
                    together.await();
                    return memory.append(append(granted));
                });
                Future<?>[] released = new Future<?>[2];
                Arrays.setAll(
                        released,
                        i -> threads.submit(() -> {
                            together.await();
                            LockSupport.parkNanos(pause);
                            memory.release("s", granted.token(), null); // by both at once
                            return true;
                        }));
                for (Future<?> each : released) {
                    each.get();
                }
                Opening.Granted its = take(other, "s"); // while that which was too late may still be under way
                assertThat(appended.get()).isIn(Appended.OK, Appended.FENCED);
                boolean isStored = appended.get() == Appended.OK;
                stored += isStored ? 1 : 0;
                assertThat(its.entries()).hasSize(granted.entries().size() + (isStored ? 1 : 0));
                assertThat(other.append(append(its))).isEqualTo(Appended.OK);
                other.release("s", its.token(), null);
            }
        }
        assertThat(stored).isBetween(1, ROUNDS - 1);
    }
}
