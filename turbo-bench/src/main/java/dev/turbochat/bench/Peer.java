package dev.turbochat.bench;

/**
 * A client of models that turbo is compared with. Found by {@link java.util.ServiceLoader}: those of the profile {@code
 * peers} have libraries that turbo itself must not depend on. Thread-safe once connected.
 */
public interface Peer {
    /** As it stands in the table. */
    String name();

    /** Makes one client for all callers, of a server that is compatible with OpenAI's; {@code baseUrl} ends with /v1. */
    void connect(String baseUrl);

    /** One question, one answer, which comes in one piece. */
    String call(String question) throws Exception;

    /** One question, one answer, which comes token by token. */
    String stream(String question, Runnable onToken) throws Exception;
}
