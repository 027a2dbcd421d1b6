package dev.turbochat.tool.mcp;

/** A call came to nothing; the model is told the message. */
sealed class ToolFailed extends Exception {
    private static final long serialVersionUID = 1;

    ToolFailed(String message) {
        super(message);
    }

    /** The server does not know the session, so it has done nothing. */
    static final class Forgotten extends ToolFailed {
        private static final long serialVersionUID = 1;

        Forgotten(String message) {
            super(message);
        }
    }
}
