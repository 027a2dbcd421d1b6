package dev.turbochat.console;

import java.security.SecureRandom;
import java.util.List;

/** Names for new sessions that a person can read out and type. */
final class SessionNames {
    private static final List<String> HOW = List.of(
            "amber", "bold", "brisk", "calm", "clever", "cosy", "crisp", "eager", "fair", "fond", "gentle", "glad",
            "golden", "happy", "hazel", "jolly", "keen", "kind", "lively", "lucky", "mellow", "merry", "neat", "noble",
            "plain", "proud", "quick", "quiet", "ready", "rosy", "sage", "sharp", "silver", "snug", "sunny", "swift",
            "tidy", "vivid", "warm", "wise");
    private static final List<String> WHAT = List.of(
            "acorn", "badger", "beacon", "birch", "breeze", "brook", "cedar", "comet", "coral", "crane", "delta",
            "ember", "falcon", "fern", "finch", "fjord", "harbor", "heron", "island", "juniper", "lark", "maple",
            "meadow", "otter", "owl", "pebble", "pine", "plum", "raven", "reef", "river", "robin", "sparrow", "spruce",
            "summit", "thistle", "tulip", "valley", "willow", "wren");
    private static final String TAIL = "abcdefghjkmnpqrstuvwxyz23456789"; // nothing that looks like something else
    private static final int TAIL_LENGTH = 5;

    private SessionNames() {}

    /** A name that nobody has had: 1,600 pairs of words, and 31 to the fifth endings. */
    static String fresh() {
        SecureRandom random = new SecureRandom();
        StringBuilder name = new StringBuilder()
                .append(HOW.get(random.nextInt(HOW.size())))
                .append('-')
                .append(WHAT.get(random.nextInt(WHAT.size())))
                .append('-');
        for (int i = 0; i < TAIL_LENGTH; i++) {
            name.append(TAIL.charAt(random.nextInt(TAIL.length())));
        }
        return name.toString();
    }
}
