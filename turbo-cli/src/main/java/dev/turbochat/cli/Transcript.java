package dev.turbochat.cli;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A journal for people: who said what, when, how long it took and what it cost. */
final class Transcript {
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final List<Entry> entries;

    Transcript(List<Entry> entries) {
        this.entries = entries;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        List<Entry> inForce = Entry.inForce(entries);
        Map<Long, Entry> intents = new HashMap<>();
        Set<Entry> counting = new HashSet<>(inForce);
        for (Entry entry : entries) {
            intents.put(entry.seq(), entry);
            String text = text(entry, intents.get(entry.ref()));
            if (!text.isEmpty()) {
                String counts = counting.contains(entry) || entry.body() instanceof Body.Rewound ? " " : "-";
                String aside = entry.position().branch().isEmpty()
                        ? ""
                        : "(aside " + entry.position().branch() + ") ";
                String margin = String.format(
                        "%s%4d  %s  ",
                        counts,
                        entry.seq(),
                        entry.stamp().time().atZone(ZoneId.systemDefault()).format(CLOCK));
                lines.add(margin + (aside + text).replace("\n", "\n" + " ".repeat(margin.length())));
            }
        }
        return lines;
    }

    private static String text(Entry entry, @Nullable Entry intent) {
        return switch (entry.body()) {
            case Body.Header header -> "session " + header.session() + ", format " + header.format();
            case Body.RunStarted started ->
                "run " + entry.position().run() + " of " + name(started) + " begins"
                        + (started.context() == null ? "" : ", with " + started.context());
            case Body.RunEnded ended ->
                "run " + entry.position().run() + " ends"
                        + (ended.outcome() == Body.Outcome.OK
                                ? ended.result() == null ? "" : ", with " + ended.result()
                                : ended.outcome() == Body.Outcome.ABANDONED
                                        ? " here; the next goes on with its messages"
                                        : ": " + ended.error());
            case Body.Posted posted -> "posted " + told(posted.message());
            case Body.Carried carried ->
                "the journal begins anew, with " + carried.messages().size() + " messages";
            case Body.Said said -> told(said.message());
            case Body.ExampleGiven example ->
                "example: " + example.user().text() + " -> "
                        + example.assistant().text();
            case Body.Pinned pinned ->
                "pin '" + pinned.pin().label() + "': " + pinned.pin().message().text();
            case Body.Noticed noticed -> "notice: " + noticed.text();
            case Body.Cleared ignored -> "the messages are cleared";
            case Body.Answered answered ->
                asked(answered.prompt()) + "answered: " + answered.input().text();
            case Body.Refused refused ->
                asked(refused.prompt()) + "answered, and refused: "
                        + refused.input().text();
            case Body.SecretGiven secret -> asked(secret.prompt()) + "answered with a secret";
            case Body.Generating ignored ->
                entry.attempt() == 1 ? "" : "the model is asked again, attempt " + entry.attempt();
            case Body.Summarised summarised ->
                "the first " + summarised.messages() + " messages are summarised: " + summarised.summary() + "\n["
                        + summarised.model() + took(entry, intent) + tokens(summarised.usage()) + "]";
            case Body.Generated generated ->
                told(generated.message()) + "\n[" + generated.model() + took(entry, intent)
                        + tokens(generated.usage())
                        + (generated.message().finish() == Message.Finish.COMPLETE
                                ? ""
                                : ", " + generated.message().finish().name().toLowerCase(Locale.ROOT))
                        + "]";
            case Body.Approved approved ->
                asked(approved.prompt()) + "answered: " + approved.input().text();
            case Body.Calling calling ->
                "tool " + calling.call().name() + " is called"
                        + (entry.attempt() == 1 ? "" : " again, attempt " + entry.attempt()) + ": "
                        + calling.call().arguments();
            case Body.Called called ->
                "tool " + called.result().name() + (called.result().failed() ? " failed: " : " returned: ")
                        + called.result().text() + took(entry, intent);
            case Body.GenerateFailed failed -> "the model failed: " + failed.message();
            case Body.Acting acting ->
                entry.attempt() == 1 ? "" : "effect '" + acting.effect() + "' again, attempt " + entry.attempt();
            case Body.Acted acted -> "effect '" + acted.effect() + "': " + acted.value() + took(entry, intent);
            case Body.ActFailed failed ->
                "effect '" + failed.effect() + "' failed: " + failed.type() + ": " + failed.message();
            case Body.ActUnknown unknown -> "effect '" + unknown.effect() + "': nobody knows whether it was done";
            case Body.Drawn drawn -> drawn.what() + ": " + drawn.value();
            case Body.VersionTaken taken -> "version of '" + taken.id() + "': " + taken.version();
            case Body.Rewound rewound -> "taken back to " + rewound.to();
            case Body.TimerSet timer ->
                (timer.what().equals(Body.TimerSet.INPUT) ? "waits for input until " : "sleeps until ") + timer.due();
            case Body.TimerDone ignored -> "wakes";
        };
    }

    private static String told(Message message) {
        StringBuilder told = new StringBuilder(message.role()).append(": ");
        if (message instanceof Message.ToolResult result) {
            told.append(result.name()).append(result.failed() ? " failed: " : " returned: ");
        }
        told.append(message.text());
        if (message instanceof Message.Assistant answer) {
            boolean first = answer.text().isEmpty();
            for (ToolCall call : answer.calls()) {
                told.append(first ? "" : "\n").append("calls ").append(call.name());
                told.append('(').append(call.arguments()).append(')');
                first = false;
            }
        }
        return told.toString();
    }

    private static String tokens(Usage usage) {
        if (usage.total() == 0) {
            return "";
        }
        return ", " + usage.prompt() + (usage.cached() == 0 ? "" : " (" + usage.cached() + " cached)") + " + "
                + usage.completion() + (usage.reasoning() == 0 ? "" : " (" + usage.reasoning() + " thoughts)")
                + " tokens";
    }

    private static String name(Body.RunStarted started) {
        return started.program().isEmpty() ? "a program without a name" : started.program() + " " + started.version();
    }

    private static String asked(String prompt) {
        return prompt.isEmpty() ? "" : "asked: " + prompt + "\n";
    }

    private static String took(Entry entry, @Nullable Entry intent) {
        if (intent == null) {
            return "";
        }
        Duration time = Duration.between(intent.stamp().time(), entry.stamp().time());
        return String.format(Locale.ROOT, ", %.1f s", time.toMillis() / 1000.0);
    }
}
