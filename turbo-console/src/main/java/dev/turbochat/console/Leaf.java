package dev.turbochat.console;

/** What a line is, apart from the containers it stands in. */
sealed interface Leaf {
    record Blank() implements Leaf {}

    record Text() implements Leaf {}

    record Heading(int level) implements Leaf {}

    record Rule() implements Leaf {}

    record TableRow() implements Leaf {}

    record CodeLine() implements Leaf {}

    record FenceBegin(Fence fence) implements Leaf {}

    record FenceEnd() implements Leaf {}

    /** The container of a fenced block ended, and the block with it: the line is to be read again, without. */
    record FenceGone() implements Leaf {}

    /**
     * A fenced code block.
     *
     * @param indent the columns before the fence, beyond its containers' own
     * @param info the language, usually; may be empty
     */
    record Fence(char mark, int length, int indent, String info) {}
}
