package dev.turbochat.model.eliza;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.model.eliza.Keyword.Rule;
import dev.turbochat.model.eliza.Script.Block;
import dev.turbochat.model.eliza.ScriptText.Line;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads a script from its text; {@code doctor.txt} explains the format at its head.
 *
 * <p>A reader serves one text and is used by one thread.
 */
final class ScriptReader {
    private static final String DOCTOR = "doctor.txt";
    private static final int MEMORIES = 4;
    private static final int MOST_DIGITS = 4;

    private final ScriptText text;
    private final Map<String, Keyword> keywords = new HashMap<>();
    private final Map<Block, Keyword> blocks = new EnumMap<>(Block.class);
    private final Map<String, Set<String>> tags = new HashMap<>();
    private final Map<String, String> mends = new HashMap<>();
    private final Set<String> common = new HashSet<>();
    /** What is used in which line: keywords and tags may be used before the line that has them. */
    private final Map<Integer, Reassembly> links = new LinkedHashMap<>();

    private final Map<Integer, Decomposition> decompositions = new LinkedHashMap<>();
    private int rules;

    private ScriptReader(ScriptText text) {
        this.text = text;
    }

    /** The script of the therapist. */
    static Script doctor() {
        try (InputStream in = ScriptReader.class.getResourceAsStream(DOCTOR)) {
            if (in == null) {
                throw new ConfigurationException(
                        "Script '" + DOCTOR + "' is missing; put turbo-core on the class path whole.");
            }
            return read(DOCTOR, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The script in a text.
     *
     * @param name the text's, for messages
     * @throws ConfigurationException if it is not a script; the message names the line
     */
    static Script read(String name, String text) {
        ScriptReader reader = new ScriptReader(ScriptText.of(name, text));
        reader.text.blocks().forEach(reader::block);
        reader.check();
        reader.common.addAll(reader.keywords.keySet());
        return new Script(reader.keywords, reader.blocks, reader.tags, reader.mends, reader.common, reader.rules);
    }

    private void block(ScriptText.Block block) {
        switch (block.kind()) {
            case "keyword" -> keyword(block.head().number(), block.arguments(), rules(block.body()));
            case "mend" -> block.body().forEach(this::mend);
            case "common" -> block.body().forEach(line -> common.addAll(line.words()));
            default -> named(block.head().number(), block.kind(), block.arguments(), rules(block.body()));
        }
    }

    /** Reads {@code keyword WORD... [= SUBSTITUTE] [RANK] [/TAG...]}. */
    private void keyword(int line, List<String> arguments, List<Rule> rules) {
        List<String> words = new ArrayList<>();
        Set<String> tagged = new HashSet<>();
        String substitute = null;
        int rank = 0;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("=") && i + 1 < arguments.size()) {
                substitute = arguments.get(++i);
            } else if (argument.startsWith("/") && argument.length() > 1) {
                tagged.add(argument.substring(1).toLowerCase(Locale.ROOT));
            } else if (ScriptText.isNumber(argument, MOST_DIGITS)) {
                rank = Integer.parseInt(argument);
            } else if (substitute == null && rank == 0 && tagged.isEmpty() && !argument.equals("=")) {
                words.add(argument.toLowerCase(Locale.ROOT));
            } else {
                throw text.wrong(
                        line, "'" + argument + "' is out of place; write keyword WORD... = SUBSTITUTE RANK /TAG...");
            }
        }
        if (words.isEmpty()) {
            throw text.wrong(line, "the keyword is missing; write keyword WORD");
        }
        for (String word : words) {
            if (keywords.put(word, new Keyword(word, substitute, rank, rules)) != null) {
                throw text.wrong(line, "'" + word + "' is a keyword already; put all its rules into one block");
            }
            if (!tagged.isEmpty()) {
                tags.put(word, Set.copyOf(tagged));
            }
        }
    }

    private void named(int line, String name, List<String> arguments, List<Rule> rules) {
        Block block = Block.of(name)
                .orElseThrow(() -> text.wrong(line, "'" + name + "' is no kind of block; indent it if it is a rule"));
        int words = block == Block.MEMORY ? 1 : 0;
        int needed = block == Block.MEMORY ? MEMORIES : 1;
        if (arguments.size() != words) {
            throw text.wrong(line, "memory has one word after it, its keyword, and the others none");
        }
        if (block != Block.WHOLE && rules.size() != needed) {
            throw text.wrong(line, "'" + name + "' has " + rules.size() + " decompositions; it needs " + needed);
        }
        boolean answers = rules.stream()
                .flatMap(rule -> rule.reassemblies().stream())
                .allMatch(Reassembly.Reply.class::isInstance);
        if (block != Block.WHOLE && !answers) {
            throw text.wrong(line, "'" + name + "' must always answer; give it replies alone");
        }
        String word = words == 0 ? name : arguments.getFirst().toLowerCase(Locale.ROOT);
        if (blocks.put(block, new Keyword(word, null, 0, rules)) != null) {
            throw text.wrong(line, "there is a block '" + name + "' already; put all into one");
        }
        if (block == Block.MEMORY) {
            links.put(line, new Reassembly.Link(word));
        }
    }

    private List<Rule> rules(List<Line> body) {
        List<Rule> read = new ArrayList<>();
        Decomposition decomposition = Decomposition.parse("0");
        List<Reassembly> reassemblies = new ArrayList<>();
        for (int i = 0; i < body.size(); i++) {
            Line line = body.get(i);
            boolean last = i + 1 == body.size() || body.get(i + 1).indent() == 2;
            if (line.indent() == 2) {
                decomposition = text.parsed(line, () -> Decomposition.parse(line.text()));
                decompositions.put(line.number(), decomposition);
            } else if (line.indent() == 4) {
                int components = decomposition.elements().size();
                Reassembly reassembly = text.parsed(line, () -> Reassembly.parse(line.text(), components));
                links.put(line.number(), reassembly);
                reassemblies.add(reassembly);
            } else {
                throw text.wrong(line.number(), "indent a decomposition by two spaces and a reassembly by four");
            }
            if (last && reassemblies.isEmpty()) {
                throw text.wrong(line.number(), "this decomposition has no reassembly; add one, indented by four");
            }
            if (last) {
                read.add(new Rule(rules++, decomposition, reassemblies));
                reassemblies = new ArrayList<>();
            }
        }
        return read;
    }

    private void mend(Line line) {
        String[] sides = line.text().split(" = ", -1);
        if (sides.length != 2 || sides[0].split(" ", -1).length != 2) {
            throw text.wrong(line.number(), "a mend is two words and what to say instead; write I are = I am");
        }
        mends.put(sides[0].toLowerCase(Locale.ROOT), sides[1]);
    }

    /** Looks for what can be seen only when all is read. */
    private void check() {
        links.forEach((line, reassembly) -> reassembly.keywords().forEach(word -> {
            if (!keywords.containsKey(word)) {
                throw text.wrong(line, "'" + word + "' is not a keyword; add it, or name another");
            }
        }));
        Set<String> known = new HashSet<>();
        tags.values().forEach(known::addAll);
        decompositions.forEach((line, decomposition) -> decomposition.tags().forEach(tag -> {
            if (!known.contains(tag)) {
                throw text.wrong(line, "no keyword has the tag /" + tag + "; add it to one, or name another");
            }
        }));
        for (Block block : Block.values()) {
            if (!blocks.containsKey(block)) {
                throw new ConfigurationException(
                        "Script '" + text.name() + "' has no block '" + block.word() + "'; add it.");
            }
        }
    }
}
