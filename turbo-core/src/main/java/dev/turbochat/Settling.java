package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.LastRun;
import dev.turbochat.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens sessions for a host, and decides what there is to be run in each. Thread-safe. */
final class Settling {
    private final Memory memory;
    private final Runner runner;
    private final Programs programs;
    private final Parking parking;
    private final Relay relay;
    private volatile boolean drained;

    Settling(Memory memory, Runner runner, Programs programs, Parking parking, Relay relay) {
        this.relay = relay;
        this.memory = memory;
        this.runner = runner;
        this.programs = programs;
        this.parking = parking;
    }

    /** From here on runs that have not begun do not begin any more. */
    void drain() {
        drained = true;
    }

    /**
     * Opens a resident's session and starts what there is to do.
     *
     * @param delivery what it was woken for; null if it is to be looked after
     * @param ended is run on the program's thread when the run has ended
     * @return whether a run was started; if not, there is nothing to do, or it is somebody else's to do
     */
    boolean settle(Resident resident, @Nullable Delivery delivery, Runnable ended) {
        String session = resident.session();
        Journal journal;
        try {
            String owner = "a host in process " + ProcessHandle.current().pid();
            journal = Journal.openHosted(memory, session, owner);
        } catch (SessionException.SessionBusy e) {
            if (delivery != null) {
                relay.delivered(session, delivery);
                memory.deliver(session, delivery); // whoever owns it finds it there
            } else {
                relay.askHow(session);
            }
            return false;
        }
        boolean settled = false;
        try {
            settled = settle(resident, journal, delivery, ended);
            return settled;
        } catch (ProgramException e) {
            journal.park();
            parking.park(session, e);
            throw e;
        } finally {
            if (!settled) {
                journal.close();
            }
        }
    }

    private boolean settle(Resident resident, Journal journal, @Nullable Delivery delivery, Runnable ended) {
        String session = resident.session();
        resident.begin();
        List<Delivery> waiting = new ArrayList<>();
        for (Delivery found : journal.inbox()) {
            if (journal.holds(found.id())) {
                journal.take(found.id()); // its owner died between storing it and taking it out
            } else {
                waiting.add(found);
            }
        }
        Body.RunStarted underWay =
                LastRun.underWay(journal.entries()).map(LastRun::started).orElse(null);
        Next next = underWay == null ? start(session, journal, waiting, delivery) : goOn(session, underWay, delivery);
        if (next == null) {
            post(journal, waiting, delivery);
            resident.hub().lookAgain();
            return false;
        }
        journal.hosted();
        waiting.removeIf(
                found -> found.content() instanceof Delivery.Start && found.id().equals(next.opening()));
        Run<?> run = runner.hosted(journal, next.program(), next.how(), resident, ended);
        boolean settled = false;
        try {
            if (delivery != null && delivery.content() instanceof Delivery.Start) {
                journal.flush(); // this is all that will be stored of it
            }
            boolean comes = underWay == null
                    && delivery != null
                    && delivery.content() instanceof Delivery.Answer
                    && delivery.id().equals(next.opening())
                    && waiting.stream().noneMatch(found -> found.id().equals(delivery.id()));
            resident.settle(journal, run, waiting, next.opening(), comes);
            relay.begun(resident);
            parking.free(session);
            if (drained) {
                run.close();
            }
            run.start();
            settled = true;
        } finally {
            if (!settled) {
                runner.forget(session, run);
            }
        }
        return true;
    }

    /** What to run. */
    private record Next(
            Program<?> program, Start how, @Nullable String opening) {}

    private @Nullable Next goOn(String session, Body.RunStarted underWay, @Nullable Delivery delivery) {
        if (programs.isNewer(underWay.program(), underWay.version())) {
            if (delivery != null) {
                memory.deliver(session, delivery); // a newer node has begun it, and will find it there
            }
            return null;
        }
        Program<?> program = programs.get(session, underWay.program(), underWay.version());
        Start how = Start.nothing().program(underWay.program(), underWay.version());
        return new Next(program, how, underWay.opening());
    }

    /** The run that the oldest delivery starts that can start one; null if there is none. */
    private @Nullable Next start(String session, Journal journal, List<Delivery> waiting, @Nullable Delivery delivery) {
        List<Delivery> all = new ArrayList<>(waiting);
        if (delivery != null && !journal.holds(delivery.id())) {
            all.add(delivery);
        }
        Delivery first = all.stream()
                .filter(found -> !(found.content() instanceof Delivery.Post))
                .findFirst()
                .orElse(null);
        if (first == null) {
            return null;
        }
        String name = first.program().isEmpty() ? lastProgram(journal) : first.program();
        int version = programs.newest(session, name);
        Start how = Start.nothing().program(name, version).opening(first);
        if (first.context() != null) {
            how = how.contextIfNew(first.context());
        }
        if (first.content() instanceof Delivery.Start) {
            journal.take(first.id());
        }
        return new Next(programs.get(session, name, version), how, first.id());
    }

    private static String lastProgram(Journal journal) {
        return LastRun.of(journal.entries()).map(run -> run.started().program()).orElse("");
    }

    /** Stores messages that were put into a conversation which no program is holding. */
    private static void post(Journal journal, List<Delivery> waiting, @Nullable Delivery delivery) {
        List<Delivery> all = new ArrayList<>(waiting);
        if (delivery != null && waiting.stream().noneMatch(found -> found.id().equals(delivery.id()))) {
            all.add(delivery);
        }
        for (Delivery found : all) {
            if (found.content() instanceof Delivery.Post post && !journal.holds(found.id())) {
                journal.add(0, "", 0, Entry.NO_REF, 1, new Body.Posted(post.message(), found.id()));
                journal.take(found.id());
            }
        }
        journal.flush();
    }
}
