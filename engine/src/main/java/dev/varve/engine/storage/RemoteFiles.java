package dev.varve.engine.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * The files of an object store, moved as a whole, and its failures as errors that say what to do.
 * Safe for use by many threads.
 */
final class RemoteFiles {
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileIO io;
  private final BiFunction<Exception, String, RuntimeException> errors;

  /**
   * @param errors the error to throw for a failure with one location
   */
  RemoteFiles(FileIO io, BiFunction<Exception, String, RuntimeException> errors) {
    this.io = io;
    this.errors = errors;
  }

  /** Writes a new file only, or whatever is there. */
  enum Existing {
    REFUSED,
    OVERWRITTEN
  }

  /**
   * Copies a remote file, or what it begins with, to a local one, which is replaced.
   *
   * @param most how many bytes to copy at most
   */
  void download(String location, Path target, long most) {
    reading(
        location,
        file -> {
          try (InputStream in = file.newStream();
              OutputStream out = Files.newOutputStream(target)) {
            return copy(in, out, most);
          }
        });
  }

  private static long copy(InputStream in, OutputStream out, long most) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = most;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        break;
      }
      out.write(buffer, 0, read);
      left -= read;
    }
    return most - left;
  }

  /** Opens a remote file, whose failures while it is read stay the store's own. */
  InputFile file(String location) {
    return io.newInputFile(location);
  }

  long length(String location) {
    return reading(location, InputFile::getLength);
  }

  boolean exists(String location) {
    return reading(location, InputFile::exists);
  }

  /** Copies a local file to the store; it is durable there when this returns. */
  void upload(Path source, String location, Existing existing) {
    try {
      OutputFile file = io.newOutputFile(location);
      try (OutputStream out =
          existing == Existing.REFUSED ? file.create() : file.createOrOverwrite()) {
        Files.copy(source, out);
      }
    } catch (AlreadyExistsException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw errors.apply(e, location);
    }
  }

  void delete(String location) {
    try {
      io.deleteFile(location);
    } catch (NotFoundException e) {
      // It is gone, as it should be.
    } catch (RuntimeException e) {
      throw errors.apply(e, location);
    }
  }

  private <T> T reading(String location, Reading<T> work) {
    try {
      return work.of(io.newInputFile(location));
    } catch (NotFoundException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw errors.apply(e, location);
    }
  }

  private interface Reading<T> {
    T of(InputFile file) throws IOException;
  }

  void close() {
    io.close();
  }
}
