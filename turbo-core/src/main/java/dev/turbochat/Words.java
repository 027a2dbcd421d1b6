package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.step.Message;
import dev.turbochat.step.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Entries in the words of those who write programs: "asked 'Which size?'", "says 'Hello'". Steps are called as they are
 * written, and texts are cut around the character that matters.
 *
 * @param past whether it has happened
 * @param from the character of the text that should be seen
 */
record Words(boolean past, int from) {
    private static final int LONGEST = 60;
    private static final int BEFORE = 20;

    /** What an entry says was done. */
    static String did(Body body) {
        return new Words(true, 0).of(body);
    }

    /** What a program does now. */
    static String does(Body body) {
        return new Words(false, 0).of(body);
    }

    String of(Body body) {
        return switch (body) {
            case Body.Said(Message.Assistant message) -> verb("said", "says") + quoted(message.text());
            case Body.Said(Message message) -> verb("added", "adds") + message.role() + " " + quoted(message.text());
            case Body.ExampleGiven ignored -> verb("gave", "gives") + "example " + quoted(text(body));
            case Body.Pinned(var pin) -> verb("pinned", "pins") + quoted(pin.label()) + " as " + quoted(text(body));
            case Body.Noticed(String text) -> verb("showed", "shows") + "notice " + quoted(text);
            case Body.Cleared ignored -> call("clear()");
            case Body.Answered answered -> asked(answered.prompt());
            case Body.Refused refused -> asked(refused.prompt()) + " for a value that fits";
            case Body.SecretGiven(String prompt, String ignored) ->
                verb("asked", "asks") + "for secret " + quoted(prompt);
            case Body.Generating(var ignored, boolean summary) ->
                summary ? verb("had", "has") + "a summary made by generate()" : call("generate()");
            case Body.Generated ignored -> verb("got", "gets") + "an answer of generate()";
            case Body.GenerateFailed ignored -> verb("got", "gets") + "a failure of generate()";
            case Body.Approved approved -> verb("asked", "asks") + "whether to call " + quoted(approved.tool());
            case Body.Calling calling -> verb("called", "calls") + "tool " + quoted(calling.name());
            case Body.Called called -> verb("got", "gets") + "a result of tool " + quoted(called.name());
            case Body.Acting(String effect, boolean once) ->
                verb("did", "does") + (once ? "effectOnce " : "effect ") + quoted(effect);
            case Body.Acted(String effect, JsonNode ignored) -> verb("did", "does") + "effect " + quoted(effect);
            case Body.ActFailed(String effect, String ignored, String ignoredToo) ->
                verb("failed", "fails") + "in effect " + quoted(effect);
            case Body.ActUnknown(String effect) -> verb("did", "does") + "effectOnce " + quoted(effect);
            case Body.Drawn(String what, JsonNode ignored) -> call(what + "()");
            case Body.VersionTaken(String id, int version) ->
                past ? "took version " + version + " of '" + id + "'" : "asks for version '" + id + "'";
            case Body.TimerSet timer
            when timer.what().equals(Body.TimerSet.INPUT) -> verb("set", "sets") + "a limit of time to a question";
            case Body.TimerSet ignored -> call("sleepUntil");
            case Body.TimerDone ignored -> verb("reached", "reaches") + "the end of its wait";
            case Body.RunStarted ignored -> verb("began", "begins").strip();
            case Body.RunEnded ended -> verb("ended", "ends").strip() + how(ended);
            case Body.Header ignored -> verb("had", "has") + "a header";
            case Body.Rewound ignored -> verb("was", "is") + "taken back";
            case Body.Posted(Message message, String ignored) -> verb("was", "is") + "sent " + quoted(message.text());
            case Body.Carried ignored -> verb("began", "begins") + "anew";
            case Body.Summarised ignored -> verb("got", "gets") + "a summary";
        };
    }

    /** What a step of this kind says, the part of it that may be edited; empty where it says nothing. */
    static String text(Body body) {
        return switch (body) {
            case Body.Said(Message message) -> message.text();
            case Body.ExampleGiven(Message.User user, Message.Assistant assistant) ->
                user.text() + " / " + assistant.text();
            case Body.Pinned(var pin) -> pin.message().text();
            case Body.Noticed(String text) -> text;
            case Body.Answered answered -> answered.prompt();
            case Body.Refused refused -> refused.prompt();
            case Body.SecretGiven secret -> secret.prompt();
            default -> "";
        };
    }

    /** A value's type as a program writes it: {@code List<Order.Size>}. */
    static String type(Type<?> type) {
        return type.toString().replaceAll("\\b[a-z_][\\w]*\\.", "").replace('$', '.');
    }

    /** What a recorded value is; null is the text of an untyped question. */
    static String kind(@Nullable JsonNode value) {
        if (value == null) {
            return "untyped";
        }
        return switch (value.getNodeType()) {
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case ARRAY -> "a list";
            case NULL -> "nothing";
            default -> "an object";
        };
    }

    private String asked(String prompt) {
        return prompt.isEmpty() ? verb("waited", "waits") + "for input" : verb("asked", "asks") + quoted(prompt);
    }

    private static String how(Body.RunEnded ended) {
        return switch (ended.outcome()) {
            case OK -> "";
            case ERROR -> " with " + cut(String.valueOf(ended.error()), 0);
            case ABANDONED -> " by being given up";
        };
    }

    private String call(String step) {
        return verb("called", "calls") + step;
    }

    private String verb(String did, String does) {
        return (past ? did : does) + " ";
    }

    private String quoted(String text) {
        return "'" + cut(text, from) + "'";
    }

    /** At most 60 characters of a text, on one line, and this one among them. */
    static String cut(String text, int from) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        if (line.length() <= LONGEST) {
            return line;
        }
        int start = whole(line, from <= LONGEST - BEFORE ? 0 : Math.min(from - BEFORE, line.length() - LONGEST));
        int end = whole(line, Math.min(line.length(), start + LONGEST));
        return (start == 0 ? "" : "...") + line.substring(start, end) + (end == line.length() ? "" : "...");
    }

    /** The index, or the one before it if it is in the middle of a character. */
    private static int whole(String text, int index) {
        return index > 0 && index < text.length() && Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }
}
