package dev.turbochat;

import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.error.ProgramException.Diverged.Difference;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * A step as it was recorded beside the one that the program takes now.
 *
 * <p>Kind, name, aside and the type of an answer are its shape; what it says is its content. What others contributed (an
 * answer, a value, a time) is neither.
 */
record Comparison(Entry entry, Body attempted, String branch) {

    /**
     * How their shapes differ; empty if they do not.
     *
     * @param versions those of the program, for the difference
     * @param line where the program takes the step
     */
    Optional<Difference> shape(String versions, Supplier<String> line) {
        String field = shape();
        return field.isEmpty()
                ? Optional.empty()
                : Optional.of(new Difference(
                        Words.did(entry.body()) + where(recordedBranch()),
                        Words.does(attempted) + where(branch) + line.get(),
                        field,
                        versions,
                        false));
    }

    /** How what they say differs, their shapes being the same; empty if it does not. */
    Optional<Difference> content(String versions, Supplier<String> line) {
        return edited().map(edited -> {
            int from = firstDifference(Words.text(entry.body()), Words.text(attempted));
            return new Difference(
                    new Words(true, from).of(entry.body()) + edited.had(),
                    new Words(false, from).of(attempted) + edited.has() + line.get(),
                    edited.field(),
                    versions,
                    true);
        });
    }

    private String recordedBranch() {
        return entry.position().branch();
    }

    private String where(String path) {
        if (recordedBranch().equals(branch)) {
            return "";
        }
        return path.isEmpty() ? " outside of any aside" : " in aside " + path;
    }

    /** What differs first in the shape; empty if nothing does. */
    private String shape() {
        Body recorded = entry.body();
        if (recorded instanceof Body.RunEnded != attempted instanceof Body.RunEnded) {
            return "where it ends";
        }
        if (recorded.getClass() != attempted.getClass()) {
            return "the kind of step";
        }
        if (!recorded.name().equals(attempted.name())) {
            return switch (recorded) {
                case Body.Said ignored -> "the kind of step";
                case Body.Drawn ignored -> "the kind of step";
                case Body.Pinned ignored -> "the label";
                default -> "the name";
            };
        }
        if (recorded instanceof Body.Acting was && attempted instanceof Body.Acting is && was.once() != is.once()) {
            return "the kind of step";
        }
        return recordedBranch().equals(branch) ? "" : "the aside";
    }

    /** What differs in the content, and how where the text does not show it. */
    private record Edited(String field, String had, String has) {
        static Optional<Edited> of(String field) {
            return Optional.of(new Edited(field, "", ""));
        }
    }

    private Optional<Edited> edited() {
        Body recorded = entry.body();
        if (recorded.equals(attempted)) {
            return Optional.empty();
        }
        return switch (attempted) {
            case Body.Answered ignored -> prompt(recorded);
            case Body.Refused ignored -> prompt(recorded);
            case Body.SecretGiven ignored -> prompt(recorded);
            case Body.Generating generating -> settings(((Body.Generating) recorded).settings(), generating.settings());
            case Body.Noticed ignored -> Edited.of("the text");
            case Body.Said ignored -> Edited.of(field(recorded, "what belongs to its text"));
            case Body.ExampleGiven ignored -> Edited.of(field(recorded, "what belongs to its text"));
            case Body.Pinned ignored -> Edited.of(field(recorded, "its place"));
            case Body.RunEnded ended -> end((Body.RunEnded) recorded, ended);
            default -> Optional.empty();
        };
    }

    private String field(Body recorded, String other) {
        return Words.text(recorded).equals(Words.text(attempted)) ? other : "the text";
    }

    private Optional<Edited> prompt(Body recorded) {
        return Words.text(recorded).equals(Words.text(attempted)) ? Optional.empty() : Edited.of("the prompt");
    }

    /** The settings that the step gives itself: of the others nobody can tell whether the runner gave them. */
    private static Optional<Edited> settings(Map<String, Object> had, Map<String, Object> has) {
        return has.entrySet().stream()
                .filter(setting -> !setting.getValue().equals(had.get(setting.getKey())))
                .filter(setting -> !Json.holds(Json.of(had.get(setting.getKey())), Json.of(setting.getValue())))
                .findFirst()
                .map(setting -> new Edited(
                        "the setting " + setting.getKey(),
                        said(setting.getKey(), Json.of(had.get(setting.getKey()))),
                        said(setting.getKey(), Json.of(setting.getValue()))));
    }

    private static String said(String setting, JsonNode value) {
        return value.isNull() ? " without " + setting : " with " + setting + " " + Words.cut(value.toString(), 0);
    }

    /** Routines return nothing, and JSON cannot hold everything: a result that is not there is no other one. */
    private static Optional<Edited> end(Body.RunEnded had, Body.RunEnded has) {
        boolean same = had.result() == null
                || has.result() == null
                || Json.difference(had.result(), has.result()).isEmpty();
        return had.outcome() == has.outcome() && same
                ? Optional.empty()
                : Optional.of(new Edited("how it ends", returned(had), returned(has)));
    }

    private static String returned(Body.RunEnded ended) {
        return ended.result() == null
                ? ""
                : " by returning " + Words.cut(ended.result().toString(), 0);
    }

    private static int firstDifference(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            if (one.charAt(i) != other.charAt(i)) {
                return i;
            }
        }
        return length;
    }

    /** The divergence of a run that was started by the name of another program. */
    static Diverged anotherProgram(String session, long seq, Body.RunStarted recorded, Start start) {
        return new Diverged(
                session,
                seq,
                new Difference(
                        "was " + program(recorded.program(), recorded.version()),
                        "is " + program(start.program(), start.version()),
                        "the name of the program",
                        "",
                        false));
    }

    /** Which version of a named program wrote the journal and which one runs; empty if they are the same. */
    static String versions(Body.RunStarted recorded, Start start) {
        return recorded.program().isEmpty() || start.program().isEmpty() || recorded.version() == start.version()
                ? ""
                : program(recorded.program(), recorded.version()) + "; this is version " + start.version();
    }

    private static String program(String name, int version) {
        return "'" + name + "' version " + version;
    }
}
