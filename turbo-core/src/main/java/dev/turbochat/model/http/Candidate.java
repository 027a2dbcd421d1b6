package dev.turbochat.model.http;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Model;
import dev.turbochat.step.Message;
import dev.turbochat.step.Message.Finish;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One of the answers of a call, as it grows: texts and thoughts in their order, and tool calls. Not thread-safe. */
public final class Candidate {
    private final Answer answer;
    private final List<Piece> pieces = new ArrayList<>();
    private final Map<Integer, CallDraft> calls = new TreeMap<>();
    private final List<ToolCall> newCalls = new ArrayList<>();
    private String newText = "";
    private String newThought = "";
    private @Nullable String word;
    private Answer.End end = Answer.End.COMPLETE;

    Candidate(Answer answer) {
        this.answer = answer;
    }

    /** Adds to the text. */
    public void text(String piece) {
        add(false, piece);
    }

    /** Adds to the thought that has begun, or begins one. */
    public void reasoning(String piece) {
        add(true, piece);
    }

    /** Adds to the signature of the thought that has begun, or to one without a text. */
    public void signature(String piece) {
        Piece last = pieces.isEmpty() ? null : pieces.getLast();
        if (last == null || !last.thought || last.closed) {
            last = begin(true);
        }
        last.signature = last.signature == null ? piece : last.signature + piece;
        answer.live();
    }

    /** Whether the thought that has begun has a signature. */
    public boolean hasSignature() {
        return !pieces.isEmpty() && !pieces.getLast().closed && pieces.getLast().signature != null;
    }

    /** The thought that has begun is whole: what comes next is another. */
    public void closeThought() {
        if (!pieces.isEmpty()) {
            pieces.getLast().closed = true;
        }
    }

    private void add(boolean thought, String piece) {
        if (piece.isEmpty()) {
            return;
        }
        Piece last = pieces.isEmpty() ? null : pieces.getLast();
        if (last == null || last.thought != thought || (thought && last.closed)) {
            last = begin(thought);
        }
        news(thought, last.take(piece));
        answer.live();
    }

    private Piece begin(boolean thought) {
        if (!pieces.isEmpty()) {
            Piece last = pieces.getLast();
            news(last.thought, last.release());
        }
        Piece piece = new Piece(thought);
        pieces.add(piece);
        return piece;
    }

    private void news(boolean thought, String piece) {
        if (thought) {
            newThought = newThought.isEmpty() ? piece : newThought + piece;
        } else {
            newText = newText.isEmpty() ? piece : newText + piece;
        }
    }

    /** The call at this place among the calls, begun if it is new. */
    public CallDraft call(int place) {
        answer.live();
        return calls.computeIfAbsent(place, ignored -> new CallDraft());
    }

    /** How many calls have begun. */
    public int calls() {
        return calls.size();
    }

    /** The call at this place is whole; the listener is told of it. */
    public void closeCall(int place) {
        CallDraft draft = calls.get(place);
        if (draft != null && !draft.told && !draft.name().isEmpty()) {
            draft.told = true;
            newCalls.add(draft.call());
        }
    }

    /** It has ended, with this word of the vendor's. */
    public void end(String reason, Answer.End meaning) {
        if (word == null) {
            answer.ended();
        }
        word = reason;
        end = meaning;
        answer.live();
    }

    boolean hasTextNews() {
        return !newText.isEmpty();
    }

    boolean hasNews() {
        return hasTextNews() || !newThought.isEmpty() || !newCalls.isEmpty();
    }

    void tell(Model.Listener listener) {
        String thought = newThought;
        String text = newText;
        List<ToolCall> whole = newCalls.isEmpty() ? List.of() : List.copyOf(newCalls);
        newThought = "";
        newText = "";
        newCalls.clear();
        if (!thought.isEmpty()) {
            listener.reasoning(thought);
        }
        if (!text.isEmpty()) {
            listener.text(text);
        }
        whole.forEach(listener::call);
    }

    /** Nothing more can come. */
    void finish() {
        if (!pieces.isEmpty()) {
            news(pieces.getLast().thought, pieces.getLast().release());
        }
        calls.values().removeIf(call -> call.isNothing() || (end == Answer.End.LENGTH && !call.isWhole()));
        calls.keySet().forEach(this::closeCall);
    }

    private boolean isSilent() {
        return calls.isEmpty() && pieces.stream().allMatch(piece -> piece.thought || piece.isEmpty());
    }

    /** Why this is no answer, if it is none; {@code clean} makes the vendor's word fit to be shown. */
    Optional<ModelException> problem(String spec, UnaryOperator<String> clean) {
        return Optional.ofNullable(
                switch (end) {
                    case FILTERED -> new ModelException.Filtered(spec, "");
                    case FAILED ->
                        new ModelException.Unavailable(
                                spec,
                                "the server ended the answer with reason '" + clean.apply(String.valueOf(word)) + "'",
                                null);
                    case MALFORMED ->
                        new ModelException.MalformedAnswer(
                                spec,
                                "the model wrote what its server could not read (" + clean.apply(String.valueOf(word))
                                        + ")",
                                null);
                    case LENGTH -> isSilent() ? new ModelException.Truncated(spec) : null;
                    case COMPLETE ->
                        isSilent()
                                ? new ModelException.EmptyAnswer(spec)
                                : calls.values().stream()
                                                .anyMatch(call -> call.name().isEmpty())
                                        ? new ModelException.MalformedAnswer(spec, "a tool call names no tool", null)
                                        : null;
                });
    }

    Message.Assistant message() {
        List<Part> parts = new ArrayList<>();
        for (Piece piece : pieces) {
            if (!piece.isEmpty() || piece.signature != null) {
                parts.add(piece.part());
            }
        }
        List<ToolCall> whole = calls.values().stream().map(CallDraft::call).toList();
        Finish finish =
                end == Answer.End.LENGTH ? Finish.LENGTH : whole.isEmpty() ? Finish.COMPLETE : Finish.TOOL_CALLS;
        return new Message.Assistant(parts, finish, whole);
    }

    /** A text or a thought, with half a character held back until its other half comes. */
    private static final class Piece {
        private final boolean thought;
        private String first = "";
        private @Nullable StringBuilder all; // made for the second: an answer in one piece needs none
        private @Nullable String signature;
        private char half;
        private boolean closed;

        Piece(boolean thought) {
            this.thought = thought;
        }

        /** Takes more; returns it as it can be shown, without half a character at its end. */
        String take(String more) {
            String whole = half == 0 ? more : half + more;
            half = whole.charAt(whole.length() - 1);
            if (Character.isHighSurrogate(half)) {
                whole = whole.substring(0, whole.length() - 1);
            } else {
                half = 0;
            }
            String shown = Json.wellFormed(whole);
            add(shown);
            return shown;
        }

        private void add(String shown) {
            if (first.isEmpty()) {
                first = shown;
            } else {
                if (all == null) {
                    all = new StringBuilder(first);
                }
                all.append(shown);
            }
        }

        String release() {
            if (half == 0) {
                return "";
            }
            half = 0;
            add("\uFFFD");
            return "\uFFFD";
        }

        boolean isEmpty() {
            return first.isEmpty();
        }

        Part part() {
            String text = all == null ? first : all.toString();
            return thought ? new Part.Reasoning(text, signature) : Part.of(text);
        }
    }
}
