package dev.turbochat.testkit;

class OpenAiContractTest extends ModelContract {
    @Override
    protected ModelWire wire() {
        return new OpenAiWire();
    }
}
