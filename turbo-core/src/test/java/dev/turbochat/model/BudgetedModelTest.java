package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BudgetedModelTest {
    private final FakeTime time = new FakeTime();
    private final Fake inner = Fake.named("openai:gpt-4o-mini").says("Hi"); // 10 tokens in and 5 out a call
    private final Prompt one = Fake.prompt(s -> s.with(Setting.SESSION, "s-1"));
    private final Prompt other = Fake.prompt(s -> s.with(Setting.SESSION, "s-2"));

    private BudgetedModel budgeted(UnaryOperator<BudgetedModel.Options> options) {
        return budgeted(inner, options);
    }

    private BudgetedModel budgeted(Model model, UnaryOperator<BudgetedModel.Options> options) {
        return new BudgetedModel(model, options.apply(BudgetedModel.Options.usual()), time);
    }

    private static void exceeds(Model model, Prompt prompt, String what) {
        assertThatThrownBy(() -> Fake.ask(model, prompt))
                .isInstanceOf(ModelException.BudgetExceeded.class)
                .hasMessage(
                        "Model '" + model.name() + "' is not asked: the budget is used up (" + what + "); allow more.")
                .satisfies(e -> assertThat(((ModelException) e).code()).isEqualTo("budget-exceeded"));
    }

    @Test
    void no_call_is_made_beyond_the_calls_that_are_allowed_a_session() throws Exception {
        BudgetedModel model = budgeted(b -> b.calls(2));
        Fake.ask(model, one);
        Fake.ask(model, one);
        exceeds(model, one, "2 calls of 2");
        Fake.ask(model, other);
        assertThat(inner.calls()).isEqualTo(3);
    }

    @Test
    void the_call_that_uses_it_up_is_still_made() throws Exception {
        BudgetedModel model = budgeted(b -> b.tokens(16));
        Fake.ask(model, one);
        Fake.ask(model, one);
        exceeds(model, one, "30 tokens of 16");
    }

    @Test
    void money_is_counted_by_the_price_of_who_answered() throws Exception {
        BudgetedModel model = budgeted(b -> b.money("0.000009"));
        Fake.ask(model, one);
        Fake.ask(model, one);
        assertThat(model.spent("s-1").money())
                .hasValueSatisfying(sum -> assertThat(sum).isEqualByComparingTo("0.0000090"));
        exceeds(model, one, "0.000009 USD of 0.000009");
    }

    @Test
    void a_price_that_is_not_known_is_not_zero() throws Exception {
        Fake dear = Fake.named("openai:gpt-99").says("Hi");
        BudgetedModel model = budgeted(dear, b -> b.money("5"));
        Fake.ask(model, one);
        assertThat(model.spent("s-1").money()).isEmpty();
        exceeds(model, one, "what openai:gpt-99 costs is not known: give it a price");
        Fake.ask(budgeted(dear, b -> b.calls(5)), one);
        BudgetedModel priced = budgeted(
                dear,
                b -> b.money("5")
                        .prices(Prices.builtIn()
                                .with("openai:gpt-99", new Prices.Price(BigDecimal.ONE, BigDecimal.TEN, null, null))));
        Fake.ask(priced, one);
        assertThat(priced.spent("s-1").money().orElseThrow()).isEqualByComparingTo("0.00006");
    }

    @Test
    void time_is_counted() throws Exception {
        Fake slow = Fake.named("m").then((prompt, listener) -> {
            time.pass(4);
            return Completion.of("Hi", "m");
        });
        BudgetedModel model = budgeted(slow, b -> b.time(Duration.ofSeconds(5)));
        Fake.ask(model, one);
        Fake.ask(model, one);
        exceeds(model, one, "8 seconds of 5");
    }

    @Test
    void all_sessions_can_share_one() throws Exception {
        BudgetedModel model = budgeted(b -> b.calls(2).shared(true));
        Fake.ask(model, one);
        Fake.ask(model, other);
        exceeds(model, one, "2 calls of 2");
        assertThat(model.spent("").calls()).isEqualTo(2);
    }

    @Test
    void what_was_spent_before_counts_and_is_asked_for_once() throws Exception {
        int[] asked = {0};
        BudgetedModel model = budgeted(b -> b.calls(3).before(session -> {
            asked[0]++;
            return new Spent(
                    session.equals("s-1") ? 2 : 0, 0, new Usage(5, 5), BigDecimal.ZERO, Set.of(), Duration.ZERO);
        }));
        Fake.ask(model, one);
        exceeds(model, one, "3 calls of 3");
        assertThat(model.spent("s-1").usage()).isEqualTo(new Usage(15, 10));
        assertThat(asked[0]).isEqualTo(1);
    }

    @Test
    void of_very_many_sessions_it_asks_again() throws Exception {
        int[] asked = {0};
        BudgetedModel model = budgeted(b -> b.calls(3).before(session -> {
            asked[0]++;
            return Spent.NOTHING;
        }));
        for (int i = 0; i < 10_001; i++) {
            model.spent("s-" + i);
        }
        model.spent("s-10000");
        assertThat(asked[0]).isEqualTo(10_001);
        model.spent("s-0");
        assertThat(asked[0]).isEqualTo(10_002);
    }

    @Test
    void what_breaks_off_and_what_nobody_counted_is_estimated() throws Exception {
        Fake broken = Fake.named("eliza")
                .failsAfter("12345678", new ModelException.StreamCut("eliza", 1, null))
                .down()
                .then((prompt, listener) ->
                        new Completion(List.of(new Message.Assistant("1234")), Usage.NONE, "eliza"));
        BudgetedModel model = budgeted(broken, b -> b.tokens(1000));
        assertThatThrownBy(() -> Fake.ask(model, one)).isInstanceOf(ModelException.StreamCut.class);
        assertThat(model.spent("s-1").usage()).isEqualTo(new Usage(2, 2)); // "Hello?" is 6 characters
        assertThatThrownBy(() -> Fake.ask(model, one)).isInstanceOf(ModelException.Unavailable.class);
        assertThat(model.spent("s-1").usage()).isEqualTo(new Usage(2, 2));
        Fake.ask(model, one);
        assertThat(model.spent("s-1").usage()).isEqualTo(new Usage(4, 3));
        assertThat(model.spent("s-1").calls()).isEqualTo(3);
        assertThat(model.spent("s-1").money()).contains(new BigDecimal("0.000000"));
    }
}
