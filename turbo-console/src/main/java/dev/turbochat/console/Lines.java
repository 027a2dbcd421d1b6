package dev.turbochat.console;

import dev.turbochat.Question;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Standard input by lines, and standard output, in UTF-8 whatever the system's own. */
final class Lines {
    /** One for the process: a second reader would miss what the first has read ahead. */
    private static final BufferedReader IN =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    /** The answer to a question, or empty at the end of input. An empty line is an answer only where something fits it. */
    Optional<String> next(Question question) throws IOException {
        String line = IN.readLine();
        while (line != null
                && line.isBlank()
                && !question.secret()
                && question.choices().isEmpty()) {
            line = IN.readLine();
        }
        return Optional.ofNullable(line);
    }

    static PrintStream utf8(PrintStream standard) {
        return new PrintStream(standard, false, StandardCharsets.UTF_8);
    }
}
