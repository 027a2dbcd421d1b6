package dev.turbochat;

import java.util.List;

/**
 * What a program asks, for a front end to show.
 *
 * @param session the session's id
 * @param prompt the question; empty where it is simply the user's turn
 * @param choices the answers that fit, where they can be listed; else empty
 * @param secret whether the answer must not be shown while it is typed
 * @param again whether the answer before did not fit; why was said in a notice
 */
public record Question(String session, String prompt, List<String> choices, boolean secret, boolean again) {
    public Question {
        choices = List.copyOf(choices);
    }
}
