package dev.turbochat.step;

/**
 * How much of a conversation the model is sent; the journal, and what a program reads, keep all of it.
 *
 * <p>Whatever the window: system messages, examples and pins stay, and so does the newest message. A tool call is never
 * parted from its results. What goes, goes in blocks: when the conversation has outgrown its room, about a quarter of that
 * is made free, and the prompt begins with the same messages until it is full again, so that a vendor's cache stays warm.
 * Where the first message that is left is no user's, the user message that it follows on is sent before it.
 */
public sealed interface Window {
    /** Everything. */
    static Window all() {
        return All.EVERYTHING;
    }

    /**
     * The last messages.
     *
     * @param messages how many at the most, at least 1; instructions, examples and pins do not count
     */
    static Window last(int messages) {
        return new Last(messages);
    }

    /**
     * As much as has room in so many tokens. They are counted as the model does where that is known, and estimated
     * where it is not.
     *
     * @param budget the most tokens that all messages may have, at least 1; leave room for tools and the answer
     */
    static Window tokens(int budget) {
        return new Tokens(budget);
    }

    /**
     * As much as has room in so many tokens, and a summary of what has not. When the room is full, the older half is
     * summarised by a model call of its own, which is journaled like any other and shown to nobody.
     *
     * @param budget the most tokens that all messages may have, the summary included, at least 1
     */
    static Summary summary(int budget) {
        return new Summary(budget, Summary.INSTRUCTION, Settings.none());
    }

    /** See {@link #all()}. */
    record All() implements Window {
        private static final All EVERYTHING = new All();
    }

    /** See {@link #last(int)}. */
    record Last(int messages) implements Window {
        /**
         * @throws IllegalArgumentException if that is no message
         */
        public Last {
            if (messages < 1) {
                throw new IllegalArgumentException("A window was given " + messages + " messages; give it at least 1.");
            }
        }
    }

    /** See {@link #tokens(int)}. */
    record Tokens(int budget) implements Window {
        /**
         * @throws IllegalArgumentException if that is no token
         */
        public Tokens {
            if (budget < 1) {
                throw new IllegalArgumentException("A window was given " + budget + " tokens; give it at least 1.");
            }
        }
    }

    /**
     * See {@link #summary(int)}.
     *
     * @param instruction what the model is told to make the summary by
     * @param settings of the call that makes it, over the runner's
     */
    record Summary(int budget, String instruction, Settings settings) implements Window {
        private static final String INSTRUCTION =
                "You keep the minutes of a conversation between a user and an assistant."
                        + " Write down what of it matters for going on: what the user wants and has said of himself, what was"
                        + " found out and decided, names and figures as they are, and what is still open. If there are earlier"
                        + " minutes, write new ones that take their place. Write nothing but the minutes, and keep them short.";

        /**
         * @throws IllegalArgumentException if that is no token
         */
        public Summary {
            if (budget < 1) {
                throw new IllegalArgumentException("A window was given " + budget + " tokens; give it at least 1.");
            }
        }

        /** A copy that tells the model this. */
        public Summary instruction(String newInstruction) {
            return new Summary(budget, newInstruction, settings);
        }

        /** A copy whose calls are made with these settings: another model, a limit of tokens. */
        public Summary settings(Settings newSettings) {
            return new Summary(budget, instruction, newSettings);
        }
    }
}
