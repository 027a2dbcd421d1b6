package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.model;
import static dev.turbochat.model.openai.Wire.piece;
import static dev.turbochat.model.openai.Wire.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.turbochat.model.http.FaultServer;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OpenAiAllocationTest {
    private static final int TOKENS = 20_000;

    @Test
    void a_token_costs_its_text_and_little_more() throws Exception {
        String stream = FaultServer.STREAM + piece("\" token\"").repeat(TOKENS) + Wire.FINISH + Wire.END;
        try (FaultServer server = FaultServer.sending(stream)) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            int[] heard = {0};
            long[] first = {0};
            long[] last = {0};
            for (int round = 0; round < 2; round++) { // the first one loads classes
                heard[0] = 0;
                model(server).complete(prompt(), piece -> {
                    heard[0]++;
                    if (heard[0] == 1000) {
                        first[0] = threads.getCurrentThreadAllocatedBytes();
                    } else if (heard[0] == TOKENS) {
                        last[0] = threads.getCurrentThreadAllocatedBytes();
                    }
                });
            }
            long each = (last[0] - first[0]) / (TOKENS - 1000);
            LoggerFactory.getLogger("measured").info("{} bytes are allocated for a token", each);
            assertThat(heard[0]).isEqualTo(TOKENS);
            assertThat(each).isLessThan(256); // of which the string is 48, and the growing answer some
        }
    }
}
