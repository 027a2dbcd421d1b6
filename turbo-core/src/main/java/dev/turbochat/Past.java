package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a front end was shown, read off the journal: the same events under the same ids, the tokens of an answer left out.
 *
 * <p>Used by one thread.
 */
final class Past {
    private final String session;
    private final Sentences sentences;
    private final Map<Long, Event.Place> intents = new HashMap<>();
    private final List<Event> events = new ArrayList<>();

    private Past(String session, Sentences sentences) {
        this.session = session;
        this.sentences = sentences;
    }

    /** All events of a journal's entries that count, in order. */
    static List<Event> of(String session, List<Entry> journal, Sentences sentences) {
        Past past = new Past(session, sentences);
        Entry.inForce(journal).forEach(past::add);
        return past.events;
    }

    /** What was said and noticed since the last answer: a crash may have come before it was shown. */
    static List<Event> sinceLastAnswer(String session, List<Entry> journal, Sentences sentences) {
        List<Event> since = new ArrayList<>();
        for (Event event : of(session, journal, sentences)) {
            switch (event) {
                case Event.Heard ignored -> since.clear();
                case Event.Done ignored -> since.clear();
                case Event.Failed ignored -> since.clear();
                case Event.Said said -> since.add(said);
                case Event.Notice notice -> since.add(notice);
                default -> {} // it is told live, or no longer matters
            }
        }
        return since;
    }

    private void add(Entry entry) {
        Event.Place place = new Event.Place(session, entry.seq(), entry.attempt(), 0);
        switch (entry.body()) {
            case Body.Said(Message message) -> {
                if (message instanceof Message.Assistant) {
                    events.add(new Event.Said(place, message, false));
                }
            }
            case Body.Noticed(String text) -> events.add(new Event.Notice(place, text));
            case Body.Answered answered -> heard(place, answered.prompt(), answered.value() != null, answered.input());
            case Body.Refused refused -> {
                heard(place, refused.prompt(), true, refused.input());
                events.add(new Event.Notice(place.at(2), refused.sentence()));
            }
            case Body.SecretGiven secret -> {
                events.add(new Event.Ask(
                        place, new Question(session, secret.prompt(), List.of(), false, true, false, null)));
                events.add(new Event.Heard(
                        place.at(1),
                        new Input(
                                "***",
                                List.of(),
                                null,
                                secret.id(),
                                entry.stamp().time())));
            }
            case Body.Posted posted -> addIfAny(event(place, posted));
            case Body.Generating ignored -> {
                Event.Place first = intent(entry);
                if (first.attempt() > 1) {
                    events.add(new Event.Restart(first));
                }
            }
            case Body.Generated generated -> generated(intents.getOrDefault(entry.ref(), place), generated);
            case Body.Summarised(int ignored, String ignoredToo, Usage usage, String model) ->
                usage(intents.getOrDefault(entry.ref(), place), usage, model);
            case Body.Approved approved -> heard(place, approved.prompt(), true, approved.input());
            case Body.Calling calling ->
                events.add(new Event.Tool(intent(entry), calling.call(), Event.Tool.State.CALLING, ""));
            case Body.Called called -> events.add(event(place, called));
            case Body.Acting acting -> events.add(new Event.Effect(intent(entry), acting.effect()));
            case Body.RunEnded ended -> addIfAny(event(place, ended));
            default -> {} // what nobody was shown
        }
    }

    private void addIfAny(@Nullable Event event) {
        if (event != null) {
            events.add(event);
        }
    }

    /** The place of an intent: all attempts at a step are at that of the first. */
    private Event.Place intent(Entry entry) {
        long first = entry.ref() == Entry.NO_REF ? entry.seq() : entry.ref();
        Event.Place place = new Event.Place(session, first, entry.attempt(), 0);
        intents.put(entry.seq(), place);
        return place;
    }

    private void heard(Event.Place place, String prompt, boolean typed, Input input) {
        boolean again = place.attempt() > 1;
        events.add(new Event.Ask(place, new Question(session, prompt, List.of(), typed, false, again, null)));
        events.add(new Event.Heard(place.at(1), input));
    }

    /** Whether the user is shown an answer's text: one that only has tools called has none. */
    static boolean isShown(Body.Generated generated) {
        Message.Assistant message = generated.message();
        return !generated.silent()
                && (message.calls().isEmpty() || !message.text().isEmpty());
    }

    /** What is shown of what came of a tool call. */
    static Event event(Event.Place place, Body.Called called) {
        Message.ToolResult result = called.result();
        ToolCall call = new ToolCall(result.callId(), result.name(), "");
        Event.Tool.State state = result.failed() ? Event.Tool.State.FAILED : Event.Tool.State.DONE;
        return new Event.Tool(place, call, state, result.text());
    }

    private void generated(Event.Place place, Body.Generated generated) {
        if (isShown(generated)) {
            events.add(new Event.Said(place.at(Event.Place.BEHIND), generated.message(), false));
            if (generated.message().finish() == Message.Finish.LENGTH) {
                events.add(new Event.Notice(place.at(Event.Place.BEHIND + 1), sentences.cutAtLimit()));
            }
        }
        usage(place, generated.usage(), generated.model());
    }

    private void usage(Event.Place place, Usage usage, String model) {
        if (!usage.equals(Usage.NONE)) {
            events.add(new Event.Usage(place.at(Event.Place.BEHIND + 2), usage, model));
        }
    }

    /** What is shown of a message that was put in from outside. */
    static @Nullable Event event(Event.Place at, Body.Posted posted) {
        Event.Place place = at.at(1); // behind a question that may have been asked here before it came
        return switch (posted.message()) {
            case Message.User user ->
                new Event.Heard(place, Input.text(user.text()).id(posted.id()));
            case Message.Assistant said -> new Event.Said(place, said, false);
            case Message.ToolResult ignored -> null;
            case Message.System ignored -> null;
        };
    }

    private static @Nullable Event event(Event.Place place, Body.RunEnded ended) {
        return switch (ended.outcome()) {
            case OK -> new Event.Done(place, ended.result());
            case ERROR -> {
                String error = ended.error() == null ? "" : ended.error();
                int colon = error.indexOf(": ");
                String code = ended.code() == null ? "program-failed" : ended.code();
                yield new Event.Failed(place, code, colon < 0 ? error : error.substring(colon + 2));
            }
            case ABANDONED -> null;
        };
    }
}
