package dev.turbochat.model.http;

/** What an answer is made of. */
public enum Kind {
    /** A stream of events. */
    EVENTS,
    /** One JSON document. */
    JSON,
    /** Neither: a page for people, for example. */
    OTHER;

    /**
     * The kind of an answer by the first byte that is no white space, which says more than its type: no line of an event
     * stream that means anything begins like JSON, and servers put wrong types on both.
     */
    static Kind of(byte first, String type) {
        if (first == '{' || first == '[') {
            return JSON;
        }
        boolean field = "dei:r".indexOf(first) >= 0; // data, event, id, retry, or a comment
        return first == '<' || !(field || type.startsWith("text/event-stream")) ? OTHER : EVENTS;
    }
}
