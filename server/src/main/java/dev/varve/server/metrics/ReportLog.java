package dev.varve.server.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.tree.ContentId;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics reports on disk, so that they outlive the server: a line of JSON each, in two files, of
 * which the older one goes when the newer one is full.
 *
 * <p>Lines are of version 1. They are not synced: a report that a crash takes is no loss, and one
 * that cannot be written does not fail the engine that sent it. A line that cannot be read, as one
 * that a crash cut off, is left out. Safe for use by many threads.
 */
final class ReportLog implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(ReportLog.class);
  private static final int VERSION = 1;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path newer;
  private final Path older;
  private final long mostBytes;
  private OutputStream out;
  private long bytes;
  private boolean failing;

  private ReportLog(Path directory, long mostBytes) {
    this.newer = directory.resolve("reports.jsonl");
    this.older = directory.resolve("reports.1.jsonl");
    this.mostBytes = mostBytes;
  }

  /** Is given what is on disk, the oldest first. */
  @FunctionalInterface
  interface Reader {
    void report(RepositoryName repository, ContentId table, MetricsReports.Report report);
  }

  /**
   * Opens the files of a directory, which is made if it is not there, and reads what they hold.
   *
   * @param mostBytes how long each of the two files may be
   */
  static ReportLog open(Path directory, long mostBytes, Reader reader) {
    ReportLog opened = new ReportLog(directory, mostBytes);
    try {
      Files.createDirectories(directory);
      read(opened.older, reader);
      read(opened.newer, reader);
      opened.bytes = Files.exists(opened.newer) ? Files.size(opened.newer) : 0;
      opened.out = append(opened.newer);
      if (opened.bytes > 0) {
        // Ends the line that a crash may have cut off.
        opened.out.write('\n');
      }
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the metrics reports in '" + directory + "'", e);
    }
  }

  /** Writes a report; what cannot be written is told to the log once, until it can again. */
  synchronized void append(
      RepositoryName repository, ContentId table, MetricsReports.Report report) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("v", VERSION);
    line.put("repository", repository.text());
    line.put("table", table.uuid().toString());
    line.put("time", report.time().toString());
    line.put("revision", report.revision());
    line.put("engine", report.engine());
    line.put("report", report.json());
    try {
      byte[] text = (MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
      if (bytes + text.length > mostBytes && bytes > 0) {
        turn();
      }
      out.write(text);
      bytes += text.length;
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        log.warn("metrics reports are kept in memory alone: cannot write '{}'", newer, e);
      }
      failing = true;
    }
  }

  private void turn() throws IOException {
    out.close();
    Files.move(newer, older, StandardCopyOption.REPLACE_EXISTING);
    out = append(newer);
    bytes = 0;
  }

  private static OutputStream append(Path file) throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void read(Path file, Reader reader) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    int unread = 0;
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !read(line, reader)) {
          unread++;
        }
      }
    }
    if (unread > 0) {
      log.warn("left out {} metrics reports of '{}' that cannot be read", unread, file);
    }
  }

  /** Bytes were read as Latin-1, for a cut line may end within a character. */
  private static boolean read(String latin, Reader reader) {
    try {
      JsonNode line = MAPPER.readTree(latin.getBytes(StandardCharsets.ISO_8859_1));
      if (line.path("v").asInt() != VERSION) {
        return false;
      }
      reader.report(
          new RepositoryName(line.path("repository").asText()),
          new ContentId(UUID.fromString(line.path("table").asText())),
          new MetricsReports.Report(
              Instant.parse(line.path("time").asText()),
              line.path("revision").asText(),
              line.path("engine").asText(),
              line.path("report").asText()));
      return true;
    } catch (JsonProcessingException
        | IllegalArgumentException
        | DateTimeException
        | VarveException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      log.warn("cannot close '{}'", newer, e);
    }
  }
}
