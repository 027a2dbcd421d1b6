package dev.turbochat.testkit;

class GeminiContractTest extends ModelContract {
    @Override
    protected ModelWire wire() {
        return new GeminiWire();
    }
}
