package dev.turbochat.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MarkdownStreamTest {
    record Golden(String name, int width, String markdown, String shown) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Golden of(String name, String markdown, String shown) {
        return new Golden(name, 0, markdown, shown);
    }

    private static Golden of(String name, int width, String markdown, String shown) {
        return new Golden(name, width, markdown, shown);
    }

    static List<Golden> inline() {
        return List.of(
                of("bold", "a **b c** d", "a <1>b c<0> d"),
                of("italic star", "a *b* d", "a <3>b<0> d"),
                of("italic underscore", "a _b_ d", "a <3>b<0> d"),
                of("bold underscore", "__b__", "<1>b<0>"),
                of("both", "***b***", "<1;3>b<0>"),
                of("both, closed in steps", "***b** c* d", "<1;3>b<0;3> c<0> d"),
                of("italic in bold", "**a *b* c**", "<1>a <3>b<0;1> c<0>"),
                of("bold in italic", "*a **b** c*", "<3>a <1>b<0;3> c<0>"),
                of("bold and italic end together", "**a *b***", "<1>a <3>b<0>"),
                of("strike", "~~a~~ b ~5", "<9>a<0> b ~5"),
                of("over two lines", "*a\nb* c", "<3>a<0>\n<3>b<0> c"),
                of("underscore in a word", "snake_case_name __init", "snake_case_name __init"),
                of("bold in a word", "un**believ**able", "un<1>believ<0>able"),
                of("arithmetic", "2*3*4, x**2 + y**2, 5 * 6 * 7", "2*3*4, x**2 + y**2, 5 * 6 * 7"),
                of("wildcards", "*.txt and *.md", "*.txt and *.md"),
                of("arguments", "f(*args, **kwargs)", "f(*args, **kwargs)"),
                of("beside chinese", "这是**重要。**的", "这是<1>重要。<0>的"),
                of("unclosed bold", "a **b", "a **b"),
                of("unclosed italic", "a *b\n\nc*", "a *b\n\nc*"),
                of("unclosed code", "a `b **c**", "a `b <1>c<0>"),
                of("long run", "a ***** b", "a ***** b"),
                of("code", "a `b*c*` d", "a <36>b*c*<0> d"),
                of("code with a backtick", "`` a`b ``", "<36>a`b<0>"),
                of("code hides markers", "*a `*` b*", "<3>a <36>*<0;3> b<0>"),
                of("code in bold", "**a `b` c**", "<1>a <36>b<0;1> c<0>"),
                of("escapes", "\\*a\\* \\a \\\\ \\`", "*a* \\a \\ `"),
                of("hard line breaks", "a\\\nb  \nc", "a\nb\nc"),
                of("backslash at the end", "a\\", "a\\"),
                of("link", "[a *b*](http://x.y/z_z_z) c", "<4>a <3>b<0> <2>(http://x.y/z_z_z)<0> c"),
                of("link that shows its target", "[http://x](http://x)", "<4>http://x<0>"),
                of("link with a title", "[a](b \"c d\")", "<4>a<0> <2>(b \"c d\")<0>"),
                of("link with parentheses", "[a](b_(c))", "<4>a<0> <2>(b_(c))<0>"),
                of("image", "![alt](a.png)!", "<4>alt<0> <2>(a.png)<0>!"),
                of("brackets", "[1] a[0](see there) [x] []() ![", "[1] a[0](see there) [x] []() !["),
                of("autolink", "<https://a.b/c_d_e>", "<https://a.b/c_d_e>"),
                of("bare url", "https://a.b/_c_/~~d~~ _e_", "https://a.b/_c_/~~d~~ <3>e<0>"),
                of("html", "<b>a</b> &amp;", "<b>a</b> &amp;"),
                of(
                        "believed after a while",
                        "**" + "word ".repeat(14) + "still\n\nx",
                        "<1>" + "word ".repeat(14) + "still<0>\n\nx"),
                of(
                        "code believed after a while",
                        "`" + "word ".repeat(14) + "*a*` *b*",
                        "<36>" + "word ".repeat(14) + "*a*<0> <3>b<0>"));
    }

    static List<Golden> blocks() {
        return List.of(
                of(
                        "headings",
                        "# A\n## B *c*\n###### D\n#hash\n####### e\n#",
                        "<1;4>A<0>\n<1>B <3>c<0>\n<1>D<0>\n#hash\n####### e\n#"),
                of("bullets", "- a\n- b\n  * c\n    + d\n\n- e", "• a\n• b\n  ◦ c\n    ▪ d\n\n• e"),
                of("sloppy nesting", "1. a\n  - b\n2. c\n    - d", "1. a\n   ◦ b\n2. c\n   ◦ d"),
                of("numbers", "9. a\n10. b\n3) c\n1.5 d\n2024 e", "9. a\n10. b\n3) c\n1.5 d\n2024 e"),
                of("paragraph in an item", "1. a\n\n   b\n\nc", "1. a\n\n   b\n\nc"),
                of("empty item", "-\n- a", "•\n• a"),
                of("bold item", "* **a**: b\n* *c*", "• <1>a<0>: b\n• <3>c<0>"),
                of("not an item", "-a\n+b\n**c** d", "-a\n+b\n<1>c<0> d"),
                of("quote", "> a\n>\n>> b\n> - c\n\nd", "<2>│<0> a\n<2>│<0>\n<2>│<0> <2>│<0> b\n<2>│<0> • c\n\nd"),
                of("empty blocks keep their marks", "1. ```\n   ```\n2.\n\n3. ```", "1.\n2.\n\n3."),
                of("code in an item", "- a\n  ```\n  b\n    c\n  ```\n  d", "• a\n  <36>b<0>\n  <36>  c<0>\n  d"),
                of("fence", "```java\n*a*\n\n\tb\n```\n*c*", "<2>java<0>\n<36>*a*<0>\n\n<36>\tb<0>\n<3>c<0>"),
                of("tildes around backticks", "~~~\n```\n~~~~\na", "<36>```<0>\na"),
                of("unclosed fence", "```\na\n\n", "<36>a<0>"),
                of("not a fence", "```a``` b\n``", "<36>a<0> b\n``"),
                of("quoted fence ends with its quote", "> ```\n> a\nb", "<2>│<0> <36>a<0>\nb"),
                of("indented code", "a\n\n    *b*\n\nc", "a\n\n<36>    *b*<0>\n\nc"),
                of("indented text", "a\n     b\n  c", "a\n     b\n  c"),
                of("table", "x\n| A | long B |\n|---|-----:|\n| **c**\\|d | 你 | e |\n|`f`|\n\ny", """
                        x
                        <1>A<0>  <2> │ <0;1>long B<0;2> │ <0>
                        <2>────┼────────┼──<0>
                        <1>c<0>|d<2> │ <0>    你<2> │ <0>e
                        <36>f<0>  <2> │ <0>      <2> │ <0>

                        y"""),
                of(
                        "table that is too wide",
                        10,
                        "- |a *b*|c|\n  |-|-|\n  |long text|d|",
                        "• |a *b*|c|\n  |-|-|\n  |long text|d|"),
                of("table in an item", 20, "- | a |\n  |---|\n  | b |\n- |c", "• <1>a<0>\n  <2>─<0>\n  b\n• |c"),
                of("rows without a head", "|a|\n|b|\n\n|c|\nd", "|a|\n|b|\n\n|c|\nd"),
                of("rules", 4, "a\n---\n* * *\n___", "a\n<2>────<0>\n<2>────<0>\n<2>────<0>"),
                of("setext", 4, "a\n===\n\n===", "a\n<2>────<0>\n\n==="),
                of("blank lines", "\n\na\n\n\n\nb\n\n\n", "a\n\nb"),
                of("line ends", "a\r\nb\rc\n\r\nd", "a\nb\nc\n\nd"));
    }

    static List<Golden> wrapping() {
        return List.of(
                of("words", 10, "aaa bbb ccc ddd", "aaa bbb\nccc ddd"),
                of("to the last column", 7, "aaa bbb ccc", "aaa bbb\nccc"),
                of("styles do not leak into the next line", 6, "> **aaa bbb**", "<2>│<0> <1>aaa<0>\n<2>│<0> <1>bbb<0>"),
                of("hanging indent", 8, "10. aaa bbb\n    - ccc ddd", "10. aaa\n    bbb\n    ◦ ccc\n      ddd"),
                of("overlong word", 6, "a http://long.example/ b", "a\nhttp://long.example/\nb"),
                of("wide", 6, "你好世界，好", "你好世\n界，好"),
                of("no break before a closing mark", 6, "你好世，界", "你好\n世，界"),
                of("emoji", 3, "👍🏽👍🏽 a", "👍🏽\n👍🏽\na"),
                of("combining", 3, "e\u0301e\u0301e\u0301 e\u0301", "e\u0301e\u0301e\u0301\ne\u0301"),
                of("code is not wrapped", 6, "```\naaa bbb ccc\n```", "<36>aaa bbb ccc<0>"));
    }

    @ParameterizedTest
    @MethodSource({"inline", "blocks", "wrapping"})
    void shows(Golden golden) {
        assertThat(Ansi.readable(MarkdownText.render(golden.markdown, golden.width, true)))
                .isEqualTo(golden.shown + "\n");
    }

    @Test
    void unstyled_text_keeps_its_markup_and_is_wrapped() {
        String markdown =
                "## A **b**\n\n- `c` ddd eee\n> fff ggg hhh\n```x\na very long line\n```\n***\n|a|b|\n\n\n1. x  \ny";

        assertThat(MarkdownText.render(markdown, 11, false))
                .isEqualTo(
                        "## A **b**\n\n- `c` ddd\n  eee\n> fff ggg\n> hhh\n```x\na very long line\n```\n***\n|a|b|\n\n\n1. x  \ny\n");
    }

    @Test
    void nothing_shows_nothing() {
        assertThat(MarkdownText.render("", 80, true)).isEmpty();
        assertThat(MarkdownText.render("\n \n", 80, true)).isEmpty();
    }

    @Test
    void words_are_shown_as_soon_as_they_are_certain() {
        assertThat(after(80, "Hello wor")).isEqualTo("Hello");
        assertThat(after(80, "Hello wor", "ld ")).isEqualTo("Hello world");
        assertThat(after(0, "Hello wor")).isEqualTo("Hello wor");
        assertThat(after(80, "- item o")).isEqualTo("• item");
        assertThat(after(80, "1. one t")).isEqualTo("1. one");
        assertThat(after(80, "# Title o")).isEqualTo("Title");
        assertThat(after(80, "a **b** c")).isEqualTo("a b");
        assertThat(after(80, "|a|\n|-|\n|b|\n")).isEmpty();
        assertThat(after(80, "|a|\n|-|\n|b|\n\n")).isEqualTo("a\n─\nb\n");
        assertThat(after(80, "one\ntwo")).isEqualTo("one\n");
        assertThat(after(80, "```\nint x")).isEqualTo("int x");
        assertThat(after(80, "**" + "word ".repeat(20))).startsWith("word word");
    }

    private static String after(int width, String... pieces) {
        StringBuilder shown = new StringBuilder();
        MarkdownStream stream = new MarkdownStream(shown::append, () -> width, true);
        List.of(pieces).forEach(stream::text);
        return Ansi.visible(shown.toString());
    }

    @Test
    void the_width_is_asked_for_while_text_is_shown() {
        int[] width = {80};
        StringBuilder shown = new StringBuilder();
        MarkdownStream stream = new MarkdownStream(shown::append, () -> width[0], true);

        stream.text("aaa bbb ");
        width[0] = 7;
        stream.text("ccc ddd");
        stream.end();

        assertThat(shown.toString()).isEqualTo("aaa bbb\nccc ddd\n");
    }

    @Test
    void the_sink_is_never_given_an_empty_string() {
        List<String> given = new ArrayList<>();
        MarkdownStream stream = new MarkdownStream(given::add, () -> 80, true);
        "a **b** c".chars().forEach(c -> stream.text(Character.toString(c)));
        stream.end();

        assertThat(given).doesNotContain("").last().isEqualTo("\033[0m c\n");
    }

    @Test
    void a_message_ends_once() {
        List<String> given = new ArrayList<>();
        MarkdownStream stream = new MarkdownStream(given::add, () -> 80, true);
        stream.text("a");
        stream.end();
        stream.end();

        assertThat(given).containsExactly("a\n");
        assertThatThrownBy(() -> stream.text("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("A message was continued after its end; show the next one with a new stream.");
    }
}
