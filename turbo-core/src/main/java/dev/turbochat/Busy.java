package dev.turbochat;

/** What happens to an input that arrives while the program is busy with the one before. */
public enum Busy {
    /** It waits, and answers the next question. */
    QUEUE,
    /** The answer that is being generated is stopped and kept as far as it has come; the input answers the next question. */
    INTERRUPT,
    /** It joins the conversation as a user message before the program's next step, and answers no question. */
    STEER,
    /** It is refused with {@link dev.turbochat.error.SessionException.RunBusy}. */
    REJECT
}
