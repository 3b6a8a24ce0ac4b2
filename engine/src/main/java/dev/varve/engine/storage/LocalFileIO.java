package dev.varve.engine.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Iceberg's file access on the local disk, below one root directory.
 *
 * <p>Not Hadoop's: a closed file is durable here (file and directory are synced), nothing but the
 * file itself is written (no checksum files beside it), and no configuration is loaded at start.
 * Every location outside the root is refused. Safe for use by many threads.
 */
final class LocalFileIO implements FileIO, LocalFiles.Source {
  private static final long serialVersionUID = 1L;

  private final String root;
  private final String place;

  /**
   * @param root the directory as locations name it
   * @param place where it is: the same, or that of a copy
   */
  LocalFileIO(Path root, Path place) {
    this.root = root.toString();
    this.place = place.toString();
  }

  @Override
  public InputFile newInputFile(String location) {
    return new LocalInput(location, path(location));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new LocalOutput(location, path(location));
  }

  @Override
  public void deleteFile(String location) {
    try {
      Files.deleteIfExists(path(location));
    } catch (IOException e) {
      throw new RuntimeIOException(e, "cannot delete '%s'", location);
    }
  }

  @Override
  public LocalFiles localFiles() {
    return new DiskFiles(this::path);
  }

  Path path(String location) {
    return LocalLocations.path(Path.of(root), Path.of(place), location);
  }

  private record LocalInput(String location, Path path) implements InputFile {
    @Override
    public long getLength() {
      try {
        return Files.size(path);
      } catch (IOException e) {
        throw missing(location, e);
      }
    }

    @Override
    public SeekableInputStream newStream() {
      try {
        return new LocalInputStream(path);
      } catch (IOException e) {
        throw missing(location, e);
      }
    }

    @Override
    public boolean exists() {
      return Files.isRegularFile(path);
    }
  }

  private record LocalOutput(String location, Path path) implements OutputFile {
    @Override
    public PositionOutputStream create() {
      try {
        DurableFiles.createDirectories(path.getParent());
        return LocalOutputStream.create(path);
      } catch (java.nio.file.FileAlreadyExistsException e) {
        throw new org.apache.iceberg.exceptions.AlreadyExistsException(
            e, "cannot create '%s': it exists", location);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot create '" + location + "'", e);
      }
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      try {
        DurableFiles.createDirectories(path.getParent());
        return LocalOutputStream.overwrite(path);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write '" + location + "'", e);
      }
    }

    @Override
    public InputFile toInputFile() {
      return new LocalInput(location, path);
    }
  }

  private static RuntimeException missing(String location, IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? new NotFoundException(e, "file '%s' does not exist", location)
        : new RuntimeIOException(e, "cannot read '%s'", location);
  }
}
