package dev.turbochat.bench;

import dev.turbochat.Chat;
import dev.turbochat.Event;
import dev.turbochat.FrontEnd;
import dev.turbochat.Question;
import dev.turbochat.Runner;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.openai.OpenAiModel;
import dev.turbochat.step.Input;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Whole turns of turbo: a program that is asked, calls the model and has all of it in its journal. */
final class TurboTurns {
    static final String QUESTION = "What a fine day it is; what shall we do with it?";

    private final String name;
    private final String memory;
    private final OpenAiModel model;

    /**
     * @param memory the URI of where the journals are; {@code FOLDER} in it is one that is made for each round
     */
    TurboTurns(String name, String memory, OpenAiModel model) {
        this.name = name;
        this.memory = memory;
        this.model = model;
    }

    /** Forgets what was said before, so that all turns send as much. */
    private static void talk(Chat chat) {
        while (true) {
            chat.clear();
            chat.hear();
            chat.generate();
        }
    }

    Contestant contestant(int callers, Duration length) {
        return new Contestant(name, () -> measure(callers, length));
    }

    private Map<String, Double> measure(int callers, Duration length) throws Exception {
        Path folder = Files.createTempDirectory("turbo-bench-journals");
        try (Memory opened = Memories.open(memory.replace("FOLDER", folder.toString()));
                Runner runner = Runner.of(model, r -> r.memory(opened))) {
            return Load.loops(callers, length, number -> clock -> {
                try {
                    runner.run("s" + number, TurboTurns::talk, new Asker(clock));
                } catch (SessionException.SessionAsleep e) {
                    return; // the time is over
                }
            });
        } finally {
            Folders.delete(folder);
        }
    }

    /** Whoever asks the same again as soon as there is an answer. */
    private static final class Asker implements FrontEnd {
        private final Load.Clock clock;
        private boolean asked;

        Asker(Load.Clock clock) {
            this.clock = clock;
        }

        @Override
        public Optional<Input> answer(Question question) {
            boolean again = !asked || clock.tick();
            asked = true;
            return again ? Optional.of(Input.text(QUESTION)) : Optional.empty();
        }

        @Override
        public void show(Event event) {
            if (event instanceof Event.Token) {
                clock.first();
            }
        }
    }
}
