package dev.varve.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

class LogLineTest {
  private static byte[] line(String message, Throwable problem) {
    return new LogLine(
            Instant.EPOCH,
            Level.WARN,
            "dev.varve.test",
            message,
            Map.of("requestId", "r1"),
            List.of(new KeyValuePair("status", 404)),
            problem)
        .bytes();
  }

  @Test
  void aLineIsOneJsonObject() throws Exception {
    JsonNode json = new ObjectMapper().readTree(line("hello", new IllegalStateException("why")));
    assertThat(json.path("time").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(json.path("level").asText()).isEqualTo("warn");
    assertThat(json.path("requestId").asText()).isEqualTo("r1");
    assertThat(json.path("status").isNumber()).isTrue();
    assertThat(json.path("stack").asText()).contains("IllegalStateException: why", "\n\tat ");
  }

  @Test
  void whatAClientSentCannotBeginALineNorSteerATerminal() {
    String text =
        new String(line("a\nb\r\u001b[31m\u009b\u2028\"}", null), StandardCharsets.ISO_8859_1);
    assertThat(text).endsWith("}\n");
    assertThat(text.substring(0, text.length() - 1)).matches("[\\x20-\\x7e]*");
  }

  @Test
  void filesAreBoundedInSizeAndNumber(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("logs/varve.log");
    byte[] line = "x".repeat(99).concat("\n").getBytes(StandardCharsets.US_ASCII);
    try (RollingFile log = new RollingFile(file, 1000, 3)) {
      for (int i = 0; i < 100; i++) {
        log.write(line);
      }
    }
    try (var files = Files.list(directory.resolve("logs"))) {
      assertThat(files)
          .hasSize(3)
          .allSatisfy(each -> assertThat(Files.size(each)).isLessThanOrEqualTo(1000));
    }
    try (RollingFile log = new RollingFile(file, 1000, 3)) {
      log.write(line);
    }
    assertThat(Files.size(file)).isEqualTo(100);
  }
}
