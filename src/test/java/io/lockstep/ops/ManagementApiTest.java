package io.lockstep.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ManagementApiTest {

    @RegisterExtension
    static final TestServer server = new TestServer();

    @Test
    void aServerThatServesIsLiveAndReady() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").body()).isEqualTo("{\"status\":\"up\"}");
    }

    @Test
    void requestsAreCountedByTheTemplateOfTheirPathAndNameNoTenant() throws Exception {
        String sid = server.post("/v1/Services").json().getString("sid");
        server.get("/v1/Services/" + sid);
        server.get("/nowhere/" + sid);

        String metrics = get("/metrics").body();

        assertThat(metrics)
                .contains("lockstep_http_requests_seconds_count{method=\"POST\",route=\"/v1/Services\",status=\"201\"}")
                .contains(
                        "lockstep_http_requests_seconds_count{method=\"GET\",route=\"/v1/Services/:Sid\",status=\"200\"}")
                .contains("lockstep_http_requests_seconds_count{method=\"GET\",route=\"none\",status=\"404\"}")
                .doesNotContain(sid)
                .doesNotContain(server.account().sid().toString());
    }

    @Test
    void poolsEventLoopsAndTheJvmAreMeasured() throws Exception {
        assertThat(get("/metrics").body())
                .contains("lockstep_event_loop_lag_seconds_count")
                .contains("vertx_pool_in_use{pool_name=\"http-1-writes\"")
                .contains("vertx_pool_queue_pending{pool_name=\"http-1-reads\"")
                .contains("jvm_memory_used_bytes")
                .contains("jvm_gc_");
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.managementPort() + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
