package dev.turbochat.step;

/** Asks the user for something that no journal, log or event ever holds in clear. */
public record GetSecret(String prompt) implements Step<String> {}
