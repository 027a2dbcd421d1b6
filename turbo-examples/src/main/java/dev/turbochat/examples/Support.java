package dev.turbochat.examples;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.turbochat.Chat;
import dev.turbochat.tool.Tool;
import java.util.Optional;

/** A customer's conversation with a model that may look orders up, and refund them if the customer agrees. */
public final class Support {
    private Support() {}

    /** What the model's tools work on. */
    public interface Shop {
        /** What is known of an order. */
        String order(int number);

        /** Gives the money back; done once for a key, however often it is called. */
        String refund(int number, String key);
    }

    record Lookup(
            @JsonPropertyDescription("The order's number") int order) {}

    record Refund(int order, Optional<String> reason) {}

    static void support(Chat chat, Shop shop) {
        Tool refund = Tool.withRun(
                        "refund", "Refunds an order", Refund.class, (r, run) -> shop.refund(r.order(), run.key()))
                .idempotent()
                .needsApproval();
        Tool lookup = Tool.of("lookup", "Looks an order up", Lookup.class, l -> shop.order(l.order()))
                .idempotent();
        chat.system("You help the customers of a shop. Look an order up before you speak of it.");
        while (true) {
            chat.hear();
            chat.generate(g -> g.tools(refund, lookup));
        }
    }
}
