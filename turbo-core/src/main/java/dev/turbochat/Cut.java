package dev.turbochat;

/**
 * Where the part of a conversation begins that the model is sent.
 *
 * <p>It depends on the messages alone, and on the room that there is for them: what is dropped is a multiple of a block,
 * counted from the conversation's beginning. So nothing need be remembered, and a replay comes to the same.
 *
 * @param start the first message that is sent
 * @param opening the user message that is sent before it; -1 for none
 */
record Cut(int start, int opening) {

    /** The last so many messages; the user message before them does not count. */
    static Cut last(Seams seams, Costs costs, int messages) {
        if (costs.total() <= messages) {
            return new Cut(seams.head(), -1);
        }
        long block = Math.max(1, messages / 4);
        int start = pick(seams, costs, blocks(costs.total() - messages, block), block);
        return new Cut(start, opening(seams, start));
    }

    /** What has room for so many tokens; if nothing has, the newest message. */
    static Cut within(Seams seams, Costs costs, long room) {
        if (costs.total() <= room) {
            return new Cut(seams.head(), -1);
        }
        long block = Math.max(1, Long.highestOneBit(room / 4)); // the same one although the room may vary a little
        int user = seams.nextUser(costs.firstAt(blocks(costs.total() - room, block))); // which needs no other before it
        long reserve = 0;
        while (true) {
            int start = pick(seams, costs, blocks(costs.total() - room + reserve, block), block);
            if (user >= 0 && user < start) {
                return new Cut(user, -1);
            }
            int opening = opening(seams, start);
            long more = opening < 0 ? 0 : costs.of(opening);
            if (more <= reserve || start == seams.last()) {
                return at(seams, costs, start, room);
            }
            reserve = more;
        }
    }

    /** What begins here, with the user message before it if there is room for that. */
    static Cut at(Seams seams, Costs costs, int start, long room) {
        int opening = start <= seams.head() ? -1 : opening(seams, start);
        boolean fits = opening < 0 || costs.of(opening) + costs.total() - costs.before(start) <= room;
        return new Cut(start, fits ? opening : -1);
    }

    private static int opening(Seams seams, int start) {
        return start >= seams.size() || seams.isUser(start) ? -1 : seams.userBefore(start);
    }

    private static long blocks(long sum, long block) {
        return Math.ceilDiv(sum, block) * block;
    }

    /** The first seam behind so much, or the next user message if that is not much farther. */
    static int pick(Seams seams, Costs costs, long dropped, long block) {
        int at = costs.firstAt(dropped);
        int start = seams.next(at);
        int user = seams.isUser(start) ? start : seams.nextUser(at);
        return user >= 0 && costs.before(user) - dropped <= block ? user : start;
    }
}
