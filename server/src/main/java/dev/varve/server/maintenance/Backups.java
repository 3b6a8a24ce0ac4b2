package dev.varve.server.maintenance;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.RocksBackups;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The backups of a running server. Safe for use by many threads; one works at a time. */
public final class Backups {
  private final Optional<Path> directory;
  private final Lakes lakes;
  private final String version;
  private final ReentrantLock turn = new ReentrantLock();

  /**
   * @throws VarveException if backups would lie within what they are backups of
   */
  public Backups(BackupSettings settings, Lakes lakes, String version) {
    this.directory = settings.directory();
    this.lakes = lakes;
    this.version = version;
    if (directory.isPresent()
        && lakes
            .warehouse()
            .storage()
            .directory()
            .filter(directory.get()::startsWith)
            .isPresent()) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot keep backups in '%s': that is within the warehouse".formatted(directory.get()),
          "choose a directory on another disk with '--backup.directory DIR'");
    }
  }

  /** What is backed up. */
  public enum Content {
    /** The history and all table metadata. */
    CATALOG,
    /** Also the files of the warehouse that no backup has yet. */
    CATALOG_AND_FILES
  }

  /** The complete backups, the oldest first. */
  public List<BackupManifest> list() {
    return directory().list();
  }

  /**
   * Makes a backup of all repositories; what was acknowledged before this was called is in it.
   *
   * <p>The catalog comes first and the files after it: no file that a catalog refers to is ever
   * deleted, so all files of the catalog as it was then are found.
   *
   * @param keep how many backups to keep, or empty for all
   * @param events takes progress
   */
  public BackupManifest create(Content content, OptionalInt keep, Consumer<Object> events) {
    return alone(
        backups -> {
          boolean withFiles = content == Content.CATALOG_AND_FILES;
          if (withFiles) {
            lakes.warehouse().root(); // refuses what is not on a local disk
          }
          Instant begun = Instant.now().truncatedTo(ChronoUnit.MILLIS);
          Path root = directory.orElseThrow();
          try (RocksBackups engine = RocksBackups.open(backups.catalog())) {
            events.accept(new FileCopy.Progress("catalog", 0, 0, 0));
            long before = size(backups.catalog());
            RocksBackups.Entry entry = lakes.backup(engine, begun.toString());
            long copied = size(backups.catalog()) - before;
            FileCopy.Progress files =
                withFiles
                    ? FileCopy.run(lakes.warehouse().root(), backups.files(), events::accept)
                    : new FileCopy.Progress("files", 0, 0, 0);
            BackupManifest manifest =
                new BackupManifest(
                    BackupManifest.FORMAT,
                    entry.number(),
                    begun.toString(),
                    version,
                    lakes.warehouse().place(),
                    withFiles,
                    entry.bytes(),
                    copied + files.bytes(),
                    files.files());
            backups.write(manifest);
            if (keep.isPresent()) {
              engine.keep(keep.getAsInt());
              backups.forgetBut(engine.list().stream().map(RocksBackups.Entry::number).toList());
            }
            return manifest;
          } catch (IOException e) {
            throw new UncheckedIOException("cannot write a backup to '" + root + "'", e);
          }
        });
  }

  /** Verifies a backup by restoring its catalog beside it. */
  public BackupCheck verify(Optional<Integer> number, Consumer<Object> events) {
    return alone(backups -> backups.verify(backups.load(number), events));
  }

  private <T> T alone(Function<BackupDirectory, T> work) {
    BackupDirectory backups = directory();
    if (!turn.tryLock()) {
      throw new VarveException(
          ErrorCode.BUSY,
          "another backup is being made or verified",
          "nothing was done; retry when it is finished");
    }
    try {
      return work.apply(backups);
    } finally {
      turn.unlock();
    }
  }

  private BackupDirectory directory() {
    return directory
        .map(BackupDirectory::new)
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.UNSUPPORTED,
                    "this server makes no backups: it was not told where",
                    "start it with '--backup.directory DIR', on another disk than its data",
                    Map.of(),
                    null));
  }

  private static long size(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
