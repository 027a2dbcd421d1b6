package dev.turbochat.bench;

import java.util.Map;

/**
 * One of those that are measured side by side.
 *
 * @param name as it stands in the table
 * @param work what is measured
 */
record Contestant(String name, Work work) {
    /** Something that can be measured again and again. */
    @FunctionalInterface
    interface Work {
        /** One round: figures by the name of what they measure. */
        Map<String, Double> measure() throws Exception;
    }
}
