package dev.turbochat;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.memory.Body;
import dev.turbochat.step.Generate;
import dev.turbochat.step.GenerateValue;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.tool.Structure;
import java.util.ArrayList;
import tools.jackson.databind.JsonNode;

/** Has a model answer, with as many calls of it as that takes: it may want tools called first, or give what does not fit. */
final class Answering {
    private final Stage stage;
    private final Generating generating;
    private final ToolCalls toolCalls;

    Answering(Stage stage, Asking asking) {
        this.stage = stage;
        this.generating = new Generating(stage);
        this.toolCalls = new ToolCalls(stage, asking);
    }

    /** The answer, once all tools were called that the model wants called before it. */
    Message.Assistant text(String branch, View view, Generate step) {
        return answer(branch, view, step, Wish.TEXT).message();
    }

    /** The value that a model answers with; it is asked again, and told why, as long as its answer does not fit. */
    <R> R value(String branch, View view, GenerateValue<R> step) {
        Structure<R> structure = Structure.of(step.type());
        Wish wish = new Wish(structure, new ArrayList<>());
        String unfit = "it was stopped";
        for (int tries = 1; tries <= step.tries(); tries++) {
            Body.Generated generated = answer(branch, view, step.how(), wish);
            JsonNode value = generated.value();
            if (value != null) {
                return structure.value(value);
            }
            if (generated.unfit() == null) {
                break; // it was stopped
            }
            unfit = generated.unfit();
            wish.refused().add(generated.message());
            wish.refused().add(new Message.User(unfit));
        }
        throw new ModelException.UnfitAnswer(
                stage.model().name(), step.tries(), unfit.lines().findFirst().orElse(""));
    }

    private Body.Generated answer(String branch, View view, Generate step, Wish wish) {
        for (int round = 1; ; round++) {
            boolean last = round > step.rounds();
            Generate now = last ? step.with(Setting.TOOL_CHOICE, "none") : step;
            Body.Generated answer = generating.generate(branch, view, now, wish);
            if (answer.message().calls().isEmpty() || step.tools().isEmpty()) {
                return answer;
            }
            if (last) {
                throw new ProgramException.ToolRoundsExceeded(stage.session(), step.rounds());
            }
            if (!toolCalls.make(branch, view, step, answer.message())) {
                return answer;
            }
        }
    }
}
