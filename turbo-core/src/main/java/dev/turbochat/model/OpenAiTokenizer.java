package dev.turbochat.model;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tokenizers of OpenAI's models, by jtokkit, where the application has that on its class path. */
final class OpenAiTokenizer implements Tokenizer {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAiTokenizer.class);

    /** Those with the tables of 2024 and later; older ones have those of 2022. */
    private static final Pattern O200K = Pattern.compile("(gpt-4o|gpt-4\\.|gpt-[5-9]|o\\d|chatgpt-|gpt-oss|codex-).*");

    private static final Pattern CL100K = Pattern.compile("(gpt-4|gpt-3\\.5)($|-.*)");

    private final Encoding encoding;

    private OpenAiTokenizer(Encoding encoding) {
        this.encoding = encoding;
    }

    /** Made when it is first asked for: reading a table takes some tenths of a second. */
    private static final class Newer {
        static final Tokenizer TOKENIZER = load(EncodingType.O200K_BASE);
    }

    private static final class Older {
        static final Tokenizer TOKENIZER = load(EncodingType.CL100K_BASE);
    }

    private static Tokenizer load(EncodingType type) {
        return new OpenAiTokenizer(Encodings.newLazyEncodingRegistry().getEncoding(type));
    }

    static Tokenizer of(String spec) {
        String first = spec.contains(",") ? spec.substring(0, spec.indexOf(',')) : spec;
        if (!first.startsWith("openai:")) {
            return ESTIMATE;
        }
        String model = first.substring("openai:".length());
        try {
            if (O200K.matcher(model).matches()) {
                return Newer.TOKENIZER;
            }
            return CL100K.matcher(model).matches() ? Older.TOKENIZER : ESTIMATE;
        } catch (NoClassDefFoundError e) { // at every call but the first, too
            LOG.debug(
                    "Tokens of {} are estimated; put com.knuddels:jtokkit on the class path to have them counted.",
                    spec);
            return ESTIMATE;
        }
    }

    @Override
    public int count(String text) {
        return encoding.countTokensOrdinary(text);
    }

    @Override
    public boolean isEstimate() {
        return false;
    }
}
