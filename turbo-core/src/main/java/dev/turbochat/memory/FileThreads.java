package dev.turbochat.memory;

import dev.turbochat.error.MemoryException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The platform threads that do all file work of a memory: an interrupt closes a channel under whoever else is using it,
 * and programs are interrupted all the time. A session is always the same thread's, so that what is done to its files is
 * done one after the other; lists are another thread's, and hold up nobody's append.
 */
final class FileThreads {
    private static final int WRITERS = 2;

    private final String memory;
    private final List<ExecutorService> writers;
    private final ExecutorService lister;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param memory what the memory is called
     */
    FileThreads(String memory) {
        this.memory = memory;
        this.writers = IntStream.range(0, WRITERS)
                .mapToObj(number -> thread("turbo-file-" + number))
                .toList();
        this.lister = thread("turbo-file-lister");
    }

    /** One at a time, and named by us: a factory that counts takes 10 ms at the start of a process. */
    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /**
     * Does something to a session, and waits for it.
     *
     * @param hash the session's
     * @throws MemoryException.MemoryClosed after {@link #close}
     */
    <T> T on(byte[] hash, Callable<T> work) {
        return unlessClosed(writers.get(Math.floorMod(hash[0], WRITERS)), work);
    }

    /** Does something that concerns all sessions, and waits for it. Other than {@link #on}, it may call that. */
    <T> T onLister(Callable<T> work) {
        return unlessClosed(lister, work);
    }

    private <T> T unlessClosed(ExecutorService thread, Callable<T> work) {
        return await(thread, () -> {
            if (closed.get()) {
                throw new MemoryException.MemoryClosed(memory);
            }
            return work.call();
        });
    }

    /** Ends all threads once what is under way is done; what comes later finds the memory closed. False at a repeat. */
    boolean close() {
        if (closed.getAndSet(true)) {
            return false;
        }
        for (ExecutorService thread :
                Stream.concat(Stream.of(lister), writers.stream()).toList()) {
            await(thread, () -> true);
            thread.shutdown();
        }
        return true;
    }

    /** Has a thread do it and waits, however often this one is interrupted: half-done is not an outcome. */
    private <T> T await(ExecutorService thread, Callable<T> work) {
        boolean interrupted = false;
        try {
            Future<T> done = thread.submit(work);
            while (true) {
                try {
                    return done.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw thrown(e);
                }
            }
        } catch (RejectedExecutionException e) {
            throw new MemoryException.MemoryClosed(memory);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the work threw, with the trace of whoever waited for it behind its own. */
    private static RuntimeException thrown(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
            failure.setStackTrace(join(failure.getStackTrace(), e.getStackTrace()));
            return failure;
        }
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e.getCause());
    }

    private static StackTraceElement[] join(StackTraceElement[] inner, StackTraceElement[] outer) {
        StackTraceElement[] joined = Arrays.copyOf(inner, inner.length + outer.length);
        System.arraycopy(outer, 0, joined, inner.length, outer.length);
        return joined;
    }
}
