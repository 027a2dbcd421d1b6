package dev.turbochat.model.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CourierTest {
    private static final String NAME = "turbo-model-call";

    /** A call that does what it is told and notes what is done with it. */
    private static final class FakeCall {
        final String url;
        final Callable<Response> execution;
        final List<Thread> threads;
        final List<FakeCall> clones = new CopyOnWriteArrayList<>();
        volatile boolean canceled;
        final Call call = (Call) Proxy.newProxyInstance(
                Call.class.getClassLoader(),
                new Class<?>[] {Call.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "request" -> request();
                    case "execute" -> execute();
                    case "clone" -> copy();
                    case "cancel" -> {
                        canceled = true;
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.toString());
                });

        FakeCall(String url, List<Thread> threads, Callable<Response> execution) {
            this.url = url;
            this.threads = threads;
            this.execution = execution;
        }

        static FakeCall of(String url, Callable<Response> execution) {
            return new FakeCall(url, new CopyOnWriteArrayList<>(), execution);
        }

        static FakeCall of(String url) {
            return of(url, () -> response(url));
        }

        private Request request() {
            return new Request.Builder().url(url).build();
        }

        private Response execute() throws Exception {
            threads.add(Thread.currentThread());
            if (canceled) {
                throw new IOException("Canceled");
            }
            return execution.call();
        }

        private Call copy() {
            FakeCall copy = new FakeCall(url, threads, execution);
            clones.add(copy);
            return copy.call;
        }
    }

    private static Response response(String url) {
        return new Response.Builder()
                .request(new Request.Builder().url(url).build())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .build();
    }

    private static Response send(boolean virtual, FakeCall call) throws Exception {
        return on(virtual, () -> new Courier(call.call).send());
    }

    private static <T> T on(boolean virtual, Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon())
                .name("caller")
                .start(task);
        try {
            return task.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,http://localhost/,caller",
        "true,https://localhost/," + NAME,
        "false,http://localhost/," + NAME,
        "false,https://localhost/," + NAME
    })
    void a_virtual_thread_carries_a_call_itself_where_its_connection_is_not_shared(
            boolean virtual, String url, String carrier) throws Exception {
        FakeCall call = FakeCall.of(url);
        assertThat(send(virtual, call).code()).isEqualTo(200);
        assertThat(call.threads).extracting(Thread::getName).containsExactly(carrier);
    }

    @Test
    void a_courier_goes_where_a_name_has_to_be_looked_up() throws Exception {
        FakeCall call = FakeCall.of("http://localhost/", () -> {
            assertThat(Courier.lookUp("localhost")).isNotEmpty();
            return response("http://localhost/");
        });
        assertThat(send(true, call).code()).isEqualTo(200);
        assertThat(call.threads).extracting(Thread::getName).containsExactly("caller", NAME);
    }

    @Test
    void what_is_canceled_when_a_courier_takes_over_stays_canceled() throws Exception {
        CountDownLatch canceled = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        FakeCall call = FakeCall.of("http://localhost/", () -> {
            begun.countDown();
            canceled.await();
            return Courier.lookUp("localhost").isEmpty() ? null : response("http://localhost/");
        });
        assertThatThrownBy(() -> on(true, () -> {
                    Courier courier = new Courier(call.call);
                    Thread.startVirtualThread(() -> {
                        try {
                            begun.await();
                        } catch (InterruptedException e) {
                            return;
                        }
                        courier.cancel();
                        canceled.countDown();
                    });
                    return courier.send();
                }))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("Canceled");
        assertThat(call.canceled).isTrue();
        assertThat(call.clones)
                .singleElement()
                .satisfies(copy -> assertThat(copy.canceled).isTrue());
    }

    @Test
    void an_interrupt_is_told_as_one_however_the_client_throws_it() throws Exception {
        for (Callable<Response> execution : List.<Callable<Response>>of(
                () -> {
                    Thread.currentThread().interrupt();
                    throw new IOException("Closed by interrupt");
                },
                () -> {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("whatever");
                })) {
            on(true, () -> {
                FakeCall call = FakeCall.of("http://localhost/", execution);
                assertThatThrownBy(() -> new Courier(call.call).send()).isInstanceOf(InterruptedException.class);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                return null;
            });
        }
    }

    @Test
    void a_failure_is_told_as_it_is() {
        FakeCall call = FakeCall.of("http://localhost/", () -> {
            throw new UnknownHostException("nowhere");
        });
        assertThatThrownBy(() -> send(true, call))
                .isInstanceOf(ExecutionException.class)
                .hasCauseExactlyInstanceOf(UnknownHostException.class);
        assertThat(call.threads).hasSize(1);
    }
}
