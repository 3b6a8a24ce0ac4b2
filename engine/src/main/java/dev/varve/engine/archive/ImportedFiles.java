package dev.varve.engine.archive;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.table.Warehouse;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the files of an archive where tables name them. Files are immutable: one that is there with
 * its length is left alone.
 */
final class ImportedFiles implements ArchiveReader.Files, Closeable {
  private static final String PART = ".part";

  private final Warehouse warehouse;
  private final List<Path> made = new ArrayList<>();
  private Optional<FileChannel> channel = Optional.empty();
  private Optional<Path> file = Optional.empty();
  private long missing;

  ImportedFiles(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  @Override
  public void begin(String path, long length) throws IOException {
    finish();
    Path target;
    try {
      target = warehouse.path(warehouse.root() + "/" + path);
    } catch (VarveException e) {
      throw ArchiveFormat.damaged("it names the file '%s'".formatted(path));
    }
    missing = length;
    if (Files.exists(target) && Files.size(target) == length) {
      return;
    }
    Files.createDirectories(target.getParent());
    file = Optional.of(target);
    channel =
        Optional.of(
            FileChannel.open(
                part(target),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE));
  }

  @Override
  public void data(ByteBuffer bytes) throws IOException {
    missing -= bytes.remaining();
    if (missing < 0) {
      throw ArchiveFormat.damaged("a file is longer than it says");
    }
    if (channel.isPresent()) {
      while (bytes.hasRemaining()) {
        channel.get().write(bytes);
      }
    }
  }

  /** Ends the last file and makes all durable. */
  void end() throws IOException {
    finish();
    warehouse.sync(made);
  }

  private void finish() throws IOException {
    if (missing != 0) {
      throw ArchiveFormat.damaged("a file is shorter than it says");
    }
    if (file.isPresent()) {
      channel.orElseThrow().close();
      boolean replaced = Files.exists(file.get());
      Files.move(
          part(file.get()),
          file.get(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      if (!replaced) {
        made.add(file.get());
      }
    }
    channel = Optional.empty();
    file = Optional.empty();
  }

  /** Removes the files that were made, for an import that failed. */
  void takeBack() throws IOException {
    for (Path path : made) {
      Files.deleteIfExists(path);
    }
    made.clear();
  }

  @Override
  public void close() throws IOException {
    if (channel.isPresent()) {
      channel.get().close();
      Files.deleteIfExists(part(file.orElseThrow()));
    }
  }

  private static Path part(Path target) {
    return target.resolveSibling(target.getFileName() + PART);
  }
}
