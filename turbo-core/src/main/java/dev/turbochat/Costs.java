package dev.turbochat;

import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What the messages of a conversation cost, added up from its beginning, instructions apart.
 *
 * <p>A call without a result costs what the model is told in its place: it is added to the message before the answer that went
 * on without it, and stays even if a result comes late, so that sums only grow. Each message is counted once. Used by one
 * thread.
 */
final class Costs {
    private final Seams seams;
    private final ToIntFunction<Message> cost;
    private long[] sums = new long[64];
    private int counted;
    private long instructions;
    private long pending;

    /**
     * @param cost of one message, at least 1
     */
    Costs(Seams seams, ToIntFunction<Message> cost) {
        this.seams = seams;
        this.cost = cost;
    }

    /** Counts what has come since; the seams are up to date with it. */
    void count(List<Message> messages) {
        if (messages.size() >= sums.length) {
            sums = Arrays.copyOf(sums, Math.max(messages.size() + 1, 2 * sums.length));
        }
        for (; counted < messages.size(); counted++) {
            Message message = messages.get(counted);
            sums[counted] += inPlaceOf(seams.unansweredAt(counted));
            boolean system = message instanceof Message.System;
            int tokens = Seams.isSent(message) ? cost.applyAsInt(message) : 0;
            instructions += system ? tokens : 0;
            sums[counted + 1] = sums[counted] + (system ? 0 : tokens);
        }
        pending = inPlaceOf(seams.unanswered());
    }

    private long inPlaceOf(Collection<ToolCall> unanswered) {
        return unanswered.stream()
                .mapToLong(call -> cost.applyAsInt(View.inPlaceOf(call)))
                .sum();
    }

    /** All system messages. */
    long instructions() {
        return instructions;
    }

    /** The messages before this one. */
    long before(int index) {
        return sums[index];
    }

    /** All messages. */
    long total() {
        return sums[counted] + pending;
    }

    /** A single message. */
    long of(int index) {
        return sums[index + 1] - sums[index];
    }

    long of(Message message) {
        return cost.applyAsInt(message);
    }

    /** The first message before which there are at least so many. */
    int firstAt(long sum) {
        int found = Arrays.binarySearch(sums, 0, counted + 1, sum);
        if (found < 0) {
            return -found - 1;
        }
        while (found > 0 && sums[found - 1] == sum) {
            found--;
        }
        return found;
    }
}
