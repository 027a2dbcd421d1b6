package dev.turbochat.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactorTest {
    private final Redactor redactor = new Redactor(List.of("canary/key+1", "canary"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key canary/key+1 is bad|key *** is bad",
                "?key=canary%2Fkey%2B1 is bad|?key=*** is bad",
                "Bearer abcdefgh12345678 is bad|Bearer *** is bad",
                "Incorrect API key provided: sk-abcd1234****wxyz. See|Incorrect API key provided: ***. See",
                "{\"Authorization\": \"tokentoken\"}|{\"Authorization\": \"***\"}",
                "x-api-key=tokentoken|x-api-key=***",
                "at http://user:pass@host/x?a=b&c=d now|at http://***@host/x?*** now",
                "nothing to hide here|nothing to hide here",
                "You didn't provide an API key.|You didn't provide an API key.",
            })
    void what_is_secret_is_hidden(String text, String clean) {
        assertThat(redactor.clean(text)).isEqualTo(clean);
    }

    @Test
    void control_characters_go() {
        assertThat(redactor.clean("a\u001B[31m\nb\u0000\u202Ec\u2028d\uD800")).isEqualTo("a [31m b c d\uFFFD");
    }

    @Test
    void a_long_text_is_clipped_after_it_is_cleaned_and_not_within_a_character() {
        String clean = redactor.clean("x".repeat(299) + "\uD83D\uDE00" + "y".repeat(1000));
        assertThat(clean).isEqualTo("x".repeat(299) + "...");
        assertThat(redactor.clean("x".repeat(295) + "canary/key+1")).isEqualTo("x".repeat(295) + "***");
    }

    @Test
    void a_failure_without_secrets_is_kept() {
        IOException failure = new IOException("reset", new IOException("by peer"));
        assertThat(redactor.clean(failure)).isSameAs(failure);
    }

    @Test
    void a_failure_with_a_secret_anywhere_is_replaced() {
        IOException failure = new IOException("outer");
        failure.addSuppressed(new IOException("inner", new IOException("has canary in it")));
        Throwable clean = redactor.clean(failure);
        assertThat(clean).isNotSameAs(failure).hasMessage("IOException: outer").hasNoCause();
        assertThat(clean.getSuppressed()).isEmpty();
        assertThat(redactor.clean(new IOException("canary"))).hasMessage("IOException: ***");
    }

    @Test
    void short_texts_are_no_secrets() {
        assertThat(new Redactor(List.of("a", "")).clean("a bad day")).isEqualTo("a bad day");
    }
}
