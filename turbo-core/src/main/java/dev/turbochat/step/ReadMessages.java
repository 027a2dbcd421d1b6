package dev.turbochat.step;

import java.util.List;

/** Reads all messages at this point of the conversation, whatever the window. */
public record ReadMessages() implements Step<List<Message>> {}
