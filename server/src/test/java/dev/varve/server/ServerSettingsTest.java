package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingException;
import dev.varve.server.settings.Size;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSettingsTest {
  private static ServerSettings read(Map<String, String> environment, String... arguments) {
    return ServerSettings.of(CommandLine.parse(List.of(arguments)).values(environment));
  }

  @Test
  void everySettingHasADefaultAndASentence() {
    Map<String, String> defaults =
        ServerSettings.ALL.stream()
            .collect(
                Collectors.toMap(Setting::key, Setting::fallbackText, (a, b) -> a, TreeMap::new));
    int processors = Math.max(4, Runtime.getRuntime().availableProcessors());
    // What is a share of this machine is read from it.
    assertThat(defaults.remove("engine.memory")).endsWith("MiB");
    assertThat(defaults.remove("query.memory")).endsWith("MiB");
    assertThat(defaults.remove("engine.threads"))
        .isEqualTo(Integer.toString(Runtime.getRuntime().availableProcessors()));
    assertThat(defaults)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("auth.credentials", ""),
                Map.entry("auth.token-lifetime", "1h"),
                Map.entry("backup.directory", ""),
                Map.entry("cache.size", "10GiB"),
                Map.entry("data", "./varve-data"),
                Map.entry("hdfs.configuration", ""),
                Map.entry("host", "127.0.0.1"),
                Map.entry("http.allowed-hosts", ""),
                Map.entry("http.heavy-wait", "30s"),
                Map.entry("http.idempotency-lifetime", "1d"),
                Map.entry("http.idempotency-memory", "32MiB"),
                Map.entry("http.idle-timeout", "1m"),
                Map.entry("http.max-body", "4MiB"),
                Map.entry("iceberg.max-body", "64MiB"),
                Map.entry("iceberg.shown-refs", "100"),
                Map.entry("http.max-heavy-requests", Integer.toString(processors)),
                Map.entry("http.max-requests", "128"),
                Map.entry("http.max-upload", "64GiB"),
                Map.entry("http.stop-timeout", "10s"),
                Map.entry("log.file-size", "16MiB"),
                Map.entry("log.files", "4"),
                Map.entry("log.level", "info"),
                Map.entry("log.to", "file"),
                Map.entry("merge.rows", "1048576TiB"),
                Map.entry("port", "19130"),
                Map.entry("query.concurrent", "4"),
                Map.entry("query.max-rows", "10000000"),
                Map.entry("query.timeout", "5m"),
                Map.entry("s3.addressing", "host"),
                Map.entry("s3.conditional-writes", "on"),
                Map.entry("s3.endpoint", ""),
                Map.entry("s3.region", ""),
                Map.entry("s3.role", ""),
                Map.entry("s3.sts-endpoint", ""),
                Map.entry("s3.timeout", "30s"),
                Map.entry("warehouse", "")));
    assertThat(ServerSettings.ALL)
        .allSatisfy(
            setting -> {
              assertThat(setting.sentence()).endsWith(".");
              assertThat(setting.key()).matches("[a-z][a-z0-9]*(\\.[a-z]+(-[a-z]+)*)?");
              assertThat(CommandLine.usage()).contains("--" + setting.key());
            });
  }

  @Test
  void argumentsWinOverTheEnvironmentWhichWinsOverAFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("varve.properties");
    Files.writeString(file, "port = 1\nhttp.max-body = 1MiB\nhttp.max-requests = 7\n");
    ServerSettings settings =
        read(
            Map.of("VARVE_SERVER_HTTP_MAX_BODY", "2MiB", "VARVE_SERVER_PORT", "2", "PATH", "/bin"),
            "--config",
            file.toString(),
            "--port=3");
    assertThat(settings.port()).isEqualTo(3);
    assertThat(settings.http().maxBody()).isEqualTo(Size.ofMib(2));
    assertThat(settings.http().maxRequests()).isEqualTo(7);
  }

  @Test
  void unknownSettingsStopTheStartWhereverTheyComeFrom() {
    assertThatThrownBy(() -> read(Map.of(), "--prot", "1"))
        .isInstanceOfSatisfying(
            SettingException.class, e -> assertThat(e.hint()).contains("did you mean 'port'?"));
    assertThatThrownBy(() -> read(Map.of("VARVE_SERVER_POTR", "1")))
        .hasMessage("unknown setting 'potr' from the environment");
  }

  @Test
  void aWarehouseInAStoreThatIsNotKnownIsRefused() {
    assertThatThrownBy(() -> read(Map.of(), "--warehouse", "gs://bucket/lake"))
        .isInstanceOfSatisfying(
            SettingException.class, e -> assertThat(e.hint().orElseThrow()).contains("s3://"));
    assertThatThrownBy(() -> read(Map.of(), "--s3.role", "lake"))
        .hasMessage("cannot use 'lake' for 's3.role'");
    assertThatThrownBy(() -> read(Map.of(), "--s3.endpoint", "localhost:9000"))
        .hasMessageContaining("'localhost:9000' for 's3.endpoint'");
  }

  @Test
  void argumentsThatAreNoSettingsAreRefused() {
    assertThatThrownBy(() -> read(Map.of(), "19130")).isInstanceOf(SettingException.class);
    assertThatThrownBy(() -> read(Map.of(), "--port")).isInstanceOf(SettingException.class);
    assertThatThrownBy(() -> read(Map.of(), "--port", "1", "--port", "2"))
        .isInstanceOf(SettingException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::", ""})
  void addressesThatOtherMachinesReachAreRefused(String host) {
    assertThatThrownBy(() -> read(Map.of(), "--host=" + host))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("cannot listen on '" + host + "'");
  }

  @Test
  void anAddressThatOtherMachinesReachIsTakenWithCredentials() {
    assertThat(read(Map.of(), "--host=0.0.0.0", "--auth.credentials=file").host())
        .isEqualTo("0.0.0.0");
    assertThatThrownBy(() -> read(Map.of(), "--host=", "--auth.credentials=file"))
        .isInstanceOf(SettingException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1"})
  void loopbackAddressesAreTaken(String host) {
    assertThat(read(Map.of(), "--host", host).host()).isEqualTo(host);
  }
}
