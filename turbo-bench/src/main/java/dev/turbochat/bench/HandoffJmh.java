package dev.turbochat.bench;

import dev.turbochat.BareHandOff;
import dev.turbochat.Chat;
import dev.turbochat.FrontEnd;
import dev.turbochat.Program;
import dev.turbochat.Runner;
import dev.turbochat.Session;
import dev.turbochat.error.SessionException;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Exchanger;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Steps that are pushed, and control that goes back and forth between a driver and a program: a driver on a virtual or a
 * platform thread against the JDK's own ways to hand something over. One invocation is many operations, the start of the
 * threads included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HandoffJmh {
    static final int MESSAGES = 10_000;
    static final int TRIPS = 2_000;
    static final int RUNS = 500;
    static final int STEPS = 4;

    /** The kind of the driver's thread. */
    @Param({"virtual", "platform"})
    public String driver = "virtual";

    /** A runner with a heap of its own: what was kept of the invocations before is nobody's cost. */
    private static Runner runner() {
        return Runner.of((prompt, listener) -> Completion.of("fine", "m"));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    /** Does something on the driver's thread. */
    private void drive(Work work) throws InterruptedException {
        List<Exception> failures = new ArrayList<>();
        Runnable guarded = () -> {
            try {
                work.run();
            } catch (Exception e) {
                failures.add(e);
            }
        };
        Thread thread = driver.equals("virtual")
                ? Thread.ofVirtual().unstarted(guarded)
                : Thread.ofPlatform().unstarted(guarded);
        thread.start();
        thread.join();
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.getFirst());
        }
    }

    /** Emits messages that nothing waits for, from a program that is pushed. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void turboEmits() throws InterruptedException {
        Message.User message = new Message.User("This is a message.");
        FrontEnd nobody = question -> Optional.empty();
        try (Runner runner = runner()) {
            drive(() -> runner.run("s", chat -> emit(chat, message, MESSAGES), nobody));
        }
    }

    private static void emit(Chat chat, Message message, int times) {
        for (int i = 0; i < times; i++) {
            chat.emit(message);
        }
    }

    /** The least that emitting can be: a list of messages. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public List<Message> listOfMessages() throws InterruptedException {
        Message.User message = new Message.User("This is a message.");
        List<Message> list = new ArrayList<>();
        drive(() -> {
            for (int i = 0; i < MESSAGES; i++) {
                list.add(message);
            }
        });
        return list;
    }

    /** Has programs of four steps run in sessions of their own, each on its thread, and waits for each. */
    @Benchmark
    @OperationsPerInvocation(RUNS)
    public void turboStarts() throws InterruptedException {
        Message.User message = new Message.User("This is a message.");
        FrontEnd nobody = question -> Optional.empty();
        drive(() -> {
            try (Runner runner = runner()) {
                for (int run = 0; run < RUNS; run++) {
                    runner.run("s" + run, chat -> emit(chat, message, STEPS), nobody);
                }
            }
        });
    }

    /** The least that it can be: a thread that puts four messages into a list. */
    @Benchmark
    @OperationsPerInvocation(RUNS)
    public List<List<Message>> threadStarts() throws InterruptedException {
        Message.User message = new Message.User("This is a message.");
        List<List<Message>> lists = new ArrayList<>();
        drive(() -> {
            for (int run = 0; run < RUNS; run++) {
                List<Message> list = new ArrayList<>();
                lists.add(list);
                Thread program = program(() -> {
                    for (int i = 0; i < STEPS; i++) {
                        list.add(message);
                    }
                });
                program.join();
            }
        });
        return lists;
    }

    /** The hand-off without what is handed over: no steps, no journal. */
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public void turboBare() throws InterruptedException {
        drive(() -> new BareHandOff().run(TRIPS));
    }

    /** Asks and is answered, the journal included. */
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public void turboPulled() throws InterruptedException {
        Input yes = Input.text("yes");
        drive(() -> {
            try (Runner runner = runner();
                    Session<?> session = runner.open("s", Program.of(HandoffJmh::ask))) {
                session.next();
                for (int i = 0; i < TRIPS; i++) {
                    session.reply(yes);
                }
            }
        });
    }

    private static void ask(Chat chat) {
        while (true) {
            chat.listen("And?");
        }
    }

    /** The same questions answered by a front end: what of the above is no hand-off. */
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public void turboPushed() throws InterruptedException {
        Input yes = Input.text("yes");
        int[] left = {TRIPS};
        drive(() -> {
            try (Runner runner = runner()) {
                runner.run("s", HandoffJmh::ask, question -> left[0]-- > 0 ? Optional.of(yes) : Optional.empty());
            } catch (SessionException.SessionAsleep e) {
                return; // there are no more answers
            }
        });
    }

    /** Has another virtual thread do its part of a number of round trips. */
    private static Thread program(Work work) {
        return Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public void exchanger() throws InterruptedException {
        Exchanger<Integer> exchanger = new Exchanger<>();
        drive(() -> {
            Thread program = program(() -> {
                for (int i = 0; i < 2 * TRIPS; i++) {
                    exchanger.exchange(i);
                }
            });
            for (int i = 0; i < 2 * TRIPS; i++) { // there, and back
                exchanger.exchange(i);
            }
            program.join();
        });
    }

    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public void synchronousQueue() throws InterruptedException {
        SynchronousQueue<Integer> there = new SynchronousQueue<>();
        SynchronousQueue<Integer> back = new SynchronousQueue<>();
        drive(() -> {
            Thread program = program(() -> {
                for (int i = 0; i < TRIPS; i++) {
                    back.put(there.take());
                }
            });
            for (int i = 0; i < TRIPS; i++) {
                there.put(i);
                back.take();
            }
            program.join();
        });
    }

    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public void parkAndUnpark() throws InterruptedException {
        AtomicReference<@Nullable Integer> cell = new AtomicReference<>();
        drive(() -> {
            Thread driving = Thread.currentThread();
            Thread program = program(() -> {
                for (int i = 0; i < TRIPS; i++) {
                    while (cell.get() == null) {
                        LockSupport.park();
                    }
                    cell.set(null);
                    LockSupport.unpark(driving);
                }
            });
            for (int i = 0; i < TRIPS; i++) {
                cell.set(i);
                LockSupport.unpark(program);
                while (cell.get() != null) {
                    LockSupport.park();
                }
            }
            program.join();
        });
    }
}
