package dev.varve.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.server.settings.Size;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LogsTest {
  private static final String STEERING = "a\nb\r\u001b[31m\u009b\u2028\"}";

  private static LoggingEvent event(String message, Throwable problem) {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.varve.test");
    LoggingEvent event = new LoggingEvent("", logger, Level.WARN, message, problem, null);
    event.setInstant(Instant.EPOCH);
    event.setMDCPropertyMap(Map.of("requestId", "r1"));
    event.addKeyValuePair(new KeyValuePair("status", 404));
    return event;
  }

  private static byte[] line(String message, Throwable problem) {
    return new JsonLines().encode(event(message, problem));
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
    String text = new String(line(STEERING, null), StandardCharsets.ISO_8859_1);
    assertThat(text).endsWith("}\n");
    assertThat(text.substring(0, text.length() - 1)).matches("[\\x20-\\x7e]*");
  }

  @Test
  void textForPeopleIsSafeToo() {
    byte[] bytes = new TextLines().encode(event(STEERING, new IllegalStateException(STEERING)));

    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();

    assertThat(lines.get(0))
        .isEqualTo(
            "1970-01-01T00:00:00Z WARN dev.varve.test: a\\u000ab\\u000d\\u001b[31m\\u009b\\u2028\"}"
                + " requestId=r1 status=404");
    assertThat(lines.subList(1, lines.size()))
        .allSatisfy(line -> assertThat(line).startsWith("    ").matches("[\\x20-\\x7e]*"));
  }

  @Test
  void filesAreBoundedInSizeAndNumber(@TempDir Path directory) throws Exception {
    LogSettings settings =
        new LogSettings(LogSettings.Destination.FILE, LogSettings.LogLevel.INFO, Size.ofKib(64), 3);
    Logs.configure(settings, directory.resolve("100%i"));
    try {
      String text = "x".repeat(1000);
      for (int i = 0; i < 400; i++) {
        LoggerFactory.getLogger("dev.varve.test").info(text);
        LoggerFactory.getLogger("org.example").info("a library's info lines are left out");
      }
    } finally {
      Logs.close();
    }
    try (var files = Files.list(directory.resolve("100%i"))) {
      assertThat(files)
          .hasSize(3)
          .allSatisfy(each -> assertThat(Files.size(each)).isLessThan(66 << 10))
          .allSatisfy(each -> assertThat(Files.readString(each)).doesNotContain("library"));
    }
  }
}
