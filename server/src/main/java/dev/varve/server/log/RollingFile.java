package dev.varve.server.log;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Appends lines to a file, and begins a new one when it is full: {@code varve.log} is the current
 * one, {@code varve.log.1} the one before.
 */
final class RollingFile implements LogSink {
  private final Path file;
  private final long maxBytes;
  private final int maxFiles;
  private OutputStream out;
  private long sizeBytes;

  RollingFile(Path file, long maxBytes, int maxFiles) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
    try {
      Files.createDirectories(file.getParent());
      open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the log file '" + file + "'", e);
    }
  }

  private void open() throws IOException {
    out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    sizeBytes = Files.size(file);
  }

  @Override
  public void write(byte[] line) {
    try {
      if (sizeBytes > 0 && sizeBytes + line.length > maxBytes) {
        roll();
      }
      out.write(line);
      sizeBytes += line.length;
    } catch (IOException e) {
      // A full disk must not stop requests; the line is still seen where the process was started.
      System.err.write(line, 0, line.length);
    }
  }

  private void roll() throws IOException {
    out.close();
    for (int i = maxFiles - 1; i >= 1; i--) {
      Path from = i == 1 ? file : numbered(i - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (maxFiles == 1) {
      Files.deleteIfExists(file);
    }
    open();
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      System.err.println("cannot close the log file: " + e.getMessage());
    }
  }
}
