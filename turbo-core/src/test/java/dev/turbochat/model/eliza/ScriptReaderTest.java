package dev.turbochat.model.eliza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptReaderTest {
    /** The least that a script needs: 23 lines. */
    private static final String LEAST = """
            greeting
                Hello.
            silence
                Hush.
            picture
                Nice.
            none
                Go on.
            whole
              exactly this
                Indeed.
            keyword my = your 2
              0 your 0
                Your {3}?
            memory my
              0 your 0
                One {3}.
              0 your 0
                Two {3}.
              0 your 0
                Three {3}.
              0 your 0
                Four {3}.
            """;

    @Test
    void reads_the_least_script() {
        Conversation conversation = new Conversation(Conversation.model(LEAST));

        assertThat(conversation.say("Exactly this!")).isEqualTo("Indeed.");
        assertThat(conversation.say("My home")).isEqualTo("Your home?");
        assertThat(conversation.say("What?")).matches("(One|Two|Three|Four) home\\.");
        assertThat(conversation.say("What?")).isEqualTo("Go on.");
    }

    @Test
    void passes_over_comments_and_empty_lines() {
        assertThat(ScriptReader.read("test.txt", "# first\n\n" + LEAST + "\n    # indented\n"))
                .isEqualTo(ScriptReader.read("test.txt", LEAST));
    }

    @Test
    void a_phrase_put_together_anew_goes_on_at_another_keyword() {
        Conversation conversation = new Conversation(Conversation.model(LEAST + """
                keyword our = your
                  0 your 0
                    pre my dear {3} = your
                keyword your
                  my 2 0
                    Which {2}?
                """));

        assertThat(conversation.say("so our home is here")).isEqualTo("Which dear home?");
    }

    @Test
    void links_in_a_circle_come_to_an_end() {
        Conversation conversation = new Conversation(Conversation.model(LEAST + """
                keyword day
                    = night
                keyword night
                    = day
                """));

        assertThat(conversation.say("day")).isEqualTo("Go on.");
    }

    @Test
    void a_keyword_that_does_not_fit_gives_way_to_the_next() {
        Conversation conversation = new Conversation(Conversation.model(LEAST + """
                keyword red 9
                  red
                    Red alone.
                keyword blue 5
                  0
                    newkey
                keyword green
                    Green.
                """));

        assertThat(conversation.say("green blue red")).isEqualTo("Green.");
        assertThat(conversation.say("red")).isEqualTo("Red alone.");
        assertThat(conversation.say("red blue")).isEqualTo("Go on.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "kyword a                     | 24 | 'kyword' is no kind of block; indent it if it is a rule.",
                "keyword                      | 24 | the keyword is missing; write keyword WORD.",
                "keyword my                   | 24 | 'my' is a keyword already; put all its rules into one block.",
                "keyword a 5 b                | 24 | 'b' is out of place; write keyword WORD... = SUBSTITUTE RANK"
                        + " /TAG....",
                "keyword a =                  | 24 | '=' is out of place; write keyword WORD... = SUBSTITUTE RANK"
                        + " /TAG....",
                "keyword a~   Three spaces.   | 25 | indent a decomposition by two spaces and a reassembly by four.",
                "keyword a~  0 a 0            | 25 | this decomposition has no reassembly; add one, indented by four.",
                "keyword a~  0 a 0~  0~    B. | 25 | this decomposition has no reassembly; add one, indented by four.",
                "keyword a~  0 (a b~    C.    | 25 | the parentheses of '0 (a b' do not match; close each of them.",
                "keyword a~  0 a) b~    C.    | 25 | the parentheses of '0 a) b' do not match; close each of them.",
                "keyword a~  (a (b) c)~    C. | 25 | the parentheses of '(a (b) c)' do not match; close each of them.",
                "keyword a~  0 ()~    C.      | 25 | '()' names no word; put words or /tags into it.",
                "keyword a~  0 /family~    C. | 25 | no keyword has the tag /family; add it to one, or name another.",
                "keyword a~  0 a 0~    B {4}. | 26 | 'B {4}.' asks for component {4}, and the decomposition above it"
                        + " has 3; name one of these.",
                "keyword a~    B {0}.         | 25 | 'B {0}.' asks for component {0}, and the decomposition above it"
                        + " has 1; name one of these.",
                "keyword a~    B {one}.       | 25 | 'B {one}.' has a brace out of place; write a component as {3}.",
                "keyword a~    = b            | 25 | 'b' is not a keyword; add it, or name another.",
                "keyword a~    =              | 25 | '=' does not name one keyword; write = keyword.",
                "keyword a~    pre b          | 25 | 'pre b' does not say where to go on; end it in = keyword.",
                "keyword a~    B {1}}.        | 25 | 'B {1}}.' has a brace out of place; write a component as {3}.",
                "keyword a~    B {1.          | 25 | 'B {1.' has a brace out of place; write a component as {3}.",
                "mend~    I are               | 25 | a mend is two words and what to say instead; write I are = I"
                        + " am.",
                "greeting~    Hello again.    | 24 | there is a block 'greeting' already; put all into one.",
                "greeting                     | 24 | 'greeting' has 0 decompositions; it needs 1.",
                "memory my~    One.           | 24 | 'memory' has 1 decompositions; it needs 4.",
                "memory~    One.              | 24 | memory has one word after it, its keyword, and the others none.",
                "none~    newkey              | 24 | 'none' must always answer; give it replies alone."
            })
    void names_the_line_of_what_is_wrong(String added, int line, String what) {
        assertThatThrownBy(() -> ScriptReader.read("test.txt", LEAST + added.replace('~', '\n')))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Script 'test.txt', line " + line + ": " + what);
    }

    @Test
    void takes_any_blanks_between_words() {
        assertThat(ScriptReader.read("test.txt", LEAST.replace("keyword my = your 2", "keyword\tmy  = your \t2")))
                .isEqualTo(ScriptReader.read("test.txt", LEAST));
    }

    @Test
    void needs_a_block_before_anything_else() {
        assertThatThrownBy(() -> ScriptReader.read("test.txt", "\n    Hello.\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "Script 'test.txt', line 2: this stands before the first block; begin with one, not indented.");
    }

    @Test
    void needs_every_block() {
        assertThatThrownBy(() -> ScriptReader.read("test.txt", "greeting\n    Hello.\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Script 'test.txt' has no block 'silence'; add it.");
    }
}
