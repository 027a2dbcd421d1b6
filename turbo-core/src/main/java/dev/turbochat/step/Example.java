package dev.turbochat.step;

/** Shows the model how to answer, by a pair that stands before the real conversation and is no part of it. */
public record Example(Message.User user, Message.Assistant assistant) implements Step<Example> {}
