package dev.turbochat.step;

/**
 * Keeps a message at one place of the prompt, however long the conversation grows; the last of a label wins.
 *
 * @param label what the pin is known by
 * @param message what the model sees
 * @param place where it stands
 */
public record Pin(String label, Message message, Place place) implements Step<Message> {
    /** Where a pinned message stands. */
    public enum Place {
        /** After the system messages at the head, before everything else. */
        TOP,
        /** Just before the newest message. */
        BEFORE_NEWEST
    }
}
