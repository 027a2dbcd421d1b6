package dev.turbochat;

import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Journal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What waits for a session that is awake, as far as its host knows. Guarded by the lock of its resident. */
final class Inbox {
    private final Journal journal;
    private final @Nullable String opening;
    private final List<Delivery> waiting;

    /** What the program was given, and has not written down yet. */
    private final Set<String> given = new HashSet<>();

    /**
     * @param opening the id of the delivery that starts the run, or started it; null if none does
     */
    Inbox(Journal journal, List<Delivery> waiting, @Nullable String opening) {
        this.journal = journal;
        this.waiting = new ArrayList<>(waiting);
        this.opening = opening;
    }

    /** Whether it waits, was given to the program, or stands in the journal. */
    boolean knows(Delivery delivery) {
        boolean started =
                delivery.content() instanceof Delivery.Start && delivery.id().equals(opening);
        return started || knows(delivery.id());
    }

    /** {@link #knows(Delivery)} of anything but what started the run. */
    boolean knows(String id) {
        boolean waits = waiting.stream().anyMatch(other -> other.id().equals(id));
        return waits || journal.stores(id) || given.contains(id);
    }

    /** Whether what started the run waits. */
    boolean hasOpening() {
        return waiting.stream().anyMatch(delivery -> delivery.id().equals(opening));
    }

    /**
     * Adds what is not known yet of what the memory's inbox holds, and puts all in the order in which it was delivered.
     *
     * @return what is new
     */
    List<Delivery> addAll(List<Delivery> found) {
        List<Delivery> fresh =
                found.stream().filter(delivery -> !knows(delivery)).toList();
        waiting.addAll(fresh);
        List<String> order = found.stream().map(Delivery::id).toList();
        waiting.sort(Comparator.comparingInt(delivery -> {
            int index = order.indexOf(delivery.id());
            return index < 0 ? Integer.MAX_VALUE : index; // it came after the inbox was read
        }));
        return fresh;
    }

    /** The ids of all that waits. */
    List<String> ids() {
        return waiting.stream().map(Delivery::id).toList();
    }

    /**
     * What answers a question: what started the run, or the oldest; null if nothing does.
     *
     * @param onlyOpening whether nothing may go before what starts the run, which is still to come
     */
    @Nullable
    Delivery next(@Nullable Question question, boolean onlyOpening) {
        Delivery oldest = null;
        for (Delivery delivery : waiting) {
            if (isAnswer(delivery, question)) {
                if (delivery.id().equals(opening)) {
                    return delivery;
                }
                oldest = oldest == null ? delivery : oldest;
            }
        }
        return onlyOpening ? null : oldest;
    }

    /** Whether it may answer the question: what opened the run waits for one that anything may answer. */
    boolean isAnswer(Delivery delivery, @Nullable Question question) {
        if (question == null || !(delivery.content() instanceof Delivery.Answer)) {
            return false;
        }
        boolean inClear = waiting.contains(delivery); // as it was stored
        return !(question.secret() && inClear)
                && !(question.typed() && delivery.id().equals(opening));
    }

    /** Takes one out that the program is given. */
    void give(Delivery delivery) {
        waiting.remove(delivery);
        given.removeIf(journal::stores);
        given.add(delivery.id());
    }

    /**
     * Takes out the messages that join the conversation now.
     *
     * @param asks whether the step to come asks for an answer: then what would steer answers it
     */
    List<Delivery> posts(boolean asks) {
        List<Delivery> posts = waiting.stream()
                .filter(delivery -> delivery.content() instanceof Delivery.Post || (!asks && steers(delivery)))
                .toList();
        posts.forEach(this::give);
        return posts;
    }

    private static boolean steers(Delivery delivery) {
        return delivery.content() instanceof Delivery.Answer answer && answer.urgency() == Delivery.Urgency.STEERS;
    }

    /** Whether something waits, other than these, that a run should be woken for, or started. */
    boolean isWanted(List<String> left) {
        return waiting.stream()
                .anyMatch(delivery -> !(delivery.content() instanceof Delivery.Post) && !left.contains(delivery.id()));
    }
}
