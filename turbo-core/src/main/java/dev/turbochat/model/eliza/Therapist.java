package dev.turbochat.model.eliza;

import dev.turbochat.model.eliza.Keyword.Rule;
import dev.turbochat.model.eliza.Script.Block;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One conversation: Weizenbaum's procedure, and what it keeps from one message to the next.
 *
 * <p>After J. Weizenbaum, "ELIZA - A Computer Program For the Study of Natural Language Communication Between Man and
 * Machine", CACM 9(1), January 1966; what the paper leaves open (the counter, the choice of a memory, "but" as a
 * delimiter) after the program's listing of 1965, found at MIT in 2021. One thing differs: a keyword none of whose
 * decompositions fits gives way to the next one, where the listing says "HMMM" at once.
 *
 * <p>Not thread-safe; a conversation's answers follow from its messages alone.
 */
final class Therapist {
    private static final int MEMORY_TURN = 4;
    /** Far more keywords than a phrase has; ends the round trip of a script whose links run in a circle. */
    private static final int MOST_KEYWORDS = 300;

    private final Script script;
    private final int[] turns;
    private final Deque<String> memories = new ArrayDeque<>();
    private int limit = 1;

    Therapist(Script script) {
        this.script = script;
        this.turns = new int[script.rules()];
    }

    /** What is said before the user has said anything. */
    String greeting() {
        return standard(Block.GREETING);
    }

    /** The answer to the user's next message. */
    String answer(Message.User message) {
        limit = limit % MEMORY_TURN + 1;
        List<List<Word>> phrases = Phrases.of(message.text(), script.common());
        if (phrases.isEmpty()) {
            boolean picture = message.parts().stream().anyMatch(Part.Image.class::isInstance);
            return standard(picture ? Block.PICTURE : Block.SILENCE);
        }
        List<Word> whole = phrases.stream().flatMap(List::stream).toList();
        return transformed(whole, stackOf(script.block(Block.WHOLE)))
                .or(() -> firstWithKeyword(phrases))
                .orElseGet(() -> standard(Block.NONE));
    }

    /** The answer to the first phrase that has a keyword; the others are not looked at. */
    private Optional<String> firstWithKeyword(List<List<Word>> phrases) {
        for (List<Word> phrase : phrases) {
            Deque<Keyword> stack = new ArrayDeque<>();
            List<Word> words = scanned(phrase, stack);
            if (!stack.isEmpty()) {
                remember(words, stack.getFirst());
                return transformed(words, stack);
            }
        }
        return limit == MEMORY_TURN ? Optional.ofNullable(memories.pollFirst()) : Optional.empty();
    }

    /** Replaces what is to be replaced, and stacks the keywords: one of a higher rank than the top goes on it. */
    private List<Word> scanned(List<Word> phrase, Deque<Keyword> stack) {
        List<Word> words = new ArrayList<>(phrase.size());
        for (Word word : phrase) {
            Keyword keyword = script.keywords().get(word.key());
            if (keyword != null && !keyword.rules().isEmpty()) {
                if (!stack.isEmpty() && keyword.rank() > stack.getFirst().rank()) {
                    stack.addFirst(keyword);
                } else {
                    stack.addLast(keyword);
                }
            }
            words.add(keyword == null || keyword.substitute() == null ? word : new Word(keyword.substitute()));
        }
        return words;
    }

    /** Keeps what the memory makes of a phrase under its keyword; the phrase's last word chooses among its rules. */
    private void remember(List<Word> words, Keyword top) {
        Keyword memory = script.block(Block.MEMORY);
        if (top.word().equals(memory.word())) {
            Rule rule = memory.rules().get(SlipHash.of(words.getLast().key(), 2));
            transformed(words, stackOf(new Keyword(memory.word(), null, 0, List.of(rule))))
                    .ifPresent(memories::addLast);
        }
    }

    /** The answer that the keywords give, the topmost that has one; empty if none of them has. */
    private Optional<String> transformed(List<Word> phrase, Deque<Keyword> stack) {
        List<Word> words = phrase;
        for (int i = 0; i < MOST_KEYWORDS && !stack.isEmpty(); i++) {
            for (Rule rule : stack.removeFirst().rules()) {
                Optional<List<List<Word>>> match = rule.decomposition().match(words, script.tags());
                if (match.isPresent()) {
                    List<List<Word>> components = match.get();
                    switch (inTurn(rule)) {
                        case Reassembly.Reply reply -> {
                            return Optional.of(reply.template().say(components, script::spoken));
                        }
                        case Reassembly.Link link -> stack.addFirst(script.linked(link.keyword()));
                        case Reassembly.Pre pre -> {
                            words = pre.template().words(components);
                            stack.addFirst(script.linked(pre.keyword()));
                        }
                        case Reassembly.NewKey ignored -> {}
                    }
                    break;
                }
            }
        }
        return Optional.empty();
    }

    private Reassembly inTurn(Rule rule) {
        List<Reassembly> reassemblies = rule.reassemblies();
        return reassemblies.get(turns[rule.id()]++ % reassemblies.size());
    }

    private String standard(Block block) {
        return transformed(List.of(), stackOf(script.block(block))).orElseThrow();
    }

    private static Deque<Keyword> stackOf(Keyword keyword) {
        return new ArrayDeque<>(List.of(keyword));
    }
}
