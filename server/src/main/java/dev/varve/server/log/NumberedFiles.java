package dev.varve.server.log;

import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.RolloverFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps the last log files: {@code varve.log} is the current one, {@code varve.log.1} the one
 * before.
 *
 * <p>Logback's own policy takes the path for a pattern, in which a {@code %} cannot be escaped.
 */
final class NumberedFiles extends RollingPolicyBase {
  private final Path file;
  private final int files;

  NumberedFiles(Path file, int files) {
    this.file = file;
    this.files = files;
  }

  @Override
  public void rollover() {
    try {
      for (int i = files - 1; i >= 1; i--) {
        Path from = numbered(i - 1);
        if (Files.exists(from)) {
          Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new RolloverFailure("cannot begin a new log file: " + e.getMessage(), e);
    }
  }

  private Path numbered(int number) {
    return number == 0 ? file : file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public String getActiveFileName() {
    return file.toString();
  }
}
