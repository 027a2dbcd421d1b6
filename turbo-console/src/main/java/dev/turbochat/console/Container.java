package dev.turbochat.console;

/** What a line may stand in. Positions are columns of the source line. */
sealed interface Container {

    /** A block quote. */
    record Quote() implements Container {}

    /**
     * A list item.
     *
     * @param marker where its marker begins
     * @param content where its text begins
     * @param label what is printed as its marker, without the space behind
     */
    record Item(int marker, int content, String label) implements Container {}

    /** What its first line begins with. */
    default String first() {
        return switch (this) {
            case Quote quote -> "│ ";
            case Item item -> item.label + " ";
        };
    }

    /** What its other lines begin with, of the same width. */
    default String rest() {
        return switch (this) {
            case Quote quote -> "│ ";
            case Item item -> " ".repeat(Columns.of(item.label) + 1);
        };
    }
}
