package dev.turbochat.testkit;

class AnthropicContractTest extends ModelContract {
    @Override
    protected ModelWire wire() {
        return new AnthropicWire();
    }
}
