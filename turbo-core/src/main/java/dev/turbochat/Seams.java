package dev.turbochat;

import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where a conversation may be cut: before which messages, so that no tool call is parted from its results.
 *
 * <p>Caught up message by message when it is asked for ({@link View#seams}). Used by one thread.
 */
final class Seams {
    private final BitSet systems = new BitSet();
    private final BitSet users = new BitSet();
    private final BitSet starts = new BitSet();

    /** The answer that has called each id last. */
    private Map<String, Integer> callers = Map.of();

    /** What the last answer has called and has no result yet, by id. */
    private Map<String, ToolCall> open = Map.of();

    /** What was called and had no result before the message of this index, with which an answer went on without it. */
    private Map<Integer, List<ToolCall>> unanswered = Map.of();

    /** What would be a seam, were the calls not open. */
    private final BitSet waiting = new BitSet();

    private int size;

    /** Whether the model is sent it at all: an answer that was stopped before its first word it is not. */
    static boolean isSent(Message message) {
        return !(message instanceof Message.Assistant answer
                && answer.finish() == Message.Finish.STOPPED
                && answer.text().isEmpty());
    }

    void add(Message message) {
        int index = size++;
        if (!isSent(message)) {
            return;
        }
        switch (message) {
            case Message.System ignored -> systems.set(index);
            case Message.User ignored -> {
                users.set(index);
                (open.isEmpty() ? starts : waiting).set(index);
            }
            case Message.Assistant answer -> {
                if (!open.isEmpty()) { // whoever goes on without the results has done without them
                    unanswered = Rarely.put(unanswered, index, List.copyOf(open.values()));
                    settle();
                }
                starts.set(index);
                for (ToolCall call : answer.calls()) {
                    callers = Rarely.put(callers, call.id(), index);
                    open = Rarely.putLast(open, call.id(), call);
                }
            }
            case Message.ToolResult result -> {
                Integer caller = callers.isEmpty() ? null : callers.get(result.callId()); // which a journal may lack
                if (caller != null) {
                    starts.clear(caller + 1, index + 1);
                    waiting.clear();
                }
                if (!open.isEmpty() && open.containsKey(result.callId())) {
                    open.remove(result.callId());
                    if (open.isEmpty()) {
                        settle();
                    }
                }
            }
        }
    }

    private void settle() {
        starts.or(waiting);
        waiting.clear();
        open = Map.of();
    }

    int size() {
        return size;
    }

    /** What was called, has no result, and was gone on without at this message. */
    List<ToolCall> unansweredAt(int index) {
        return unanswered.getOrDefault(index, List.of());
    }

    /** What the last answer has called and has no result. */
    Collection<ToolCall> unanswered() {
        return open.values();
    }

    /** How many system messages stand at the head. */
    int head() {
        return systems.nextClearBit(0);
    }

    /** The system messages. */
    BitSet systems() {
        return systems;
    }

    boolean isUser(int index) {
        return users.get(index);
    }

    /** The first seam from here on, the last one if there is none. */
    int next(int from) {
        int next = starts.nextSetBit(from);
        return next < 0 ? last() : next;
    }

    /** The first seam before a user message from here on; -1 if there is none. */
    int nextUser(int from) {
        int next = from;
        do {
            next = users.nextSetBit(next);
        } while (next >= 0 && !starts.get(next++));
        return next < 0 ? next : next - 1;
    }

    /** The last seam up to here, the message after the head if there is none. */
    int previous(int to) {
        int previous = starts.previousSetBit(to);
        return previous < 0 ? Math.min(head(), size) : previous;
    }

    /** Where the newest message begins, and the tool calls that it answers. */
    int last() {
        return previous(size);
    }

    /** The last user message before this one that stands at a seam; -1 if there is none. */
    int userBefore(int index) {
        int user = index;
        do {
            user = user == 0 ? -1 : users.previousSetBit(user - 1);
        } while (user >= 0 && !starts.get(user));
        return user;
    }
}
