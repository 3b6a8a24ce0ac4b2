package dev.varve.catalog.store;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.rocksdb.BackupEngine;
import org.rocksdb.BackupEngineOptions;
import org.rocksdb.Env;
import org.rocksdb.RestoreOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Backups of one store in a directory, by RocksDB's own engine: files that an older backup has are
 * shared, not copied. For one user at a time.
 */
public final class RocksBackups implements AutoCloseable {
  static {
    RocksDB.loadLibrary();
  }

  private final Path directory;
  private final BackupEngineOptions options;
  private final BackupEngine engine;

  private RocksBackups(Path directory, BackupEngineOptions options, BackupEngine engine) {
    this.directory = directory;
    this.options = options;
    this.engine = engine;
  }

  /**
   * One backup.
   *
   * @param number backups are numbered from 1 on
   * @param bytes the length of all files that it is made of, those it shares included
   * @param note what was written down with it
   */
  public record Entry(int number, Instant time, long bytes, int files, String note) {}

  /** Opens the directory, which is created if it is missing. */
  public static RocksBackups open(Path directory) {
    BackupEngineOptions options = null;
    try {
      Files.createDirectories(directory);
      options =
          new BackupEngineOptions(directory.toString())
              .setSync(true)
              .setShareTableFiles(true)
              .setShareFilesWithChecksum(true);
      return new RocksBackups(directory, options, BackupEngine.open(Env.getDefault(), options));
    } catch (RocksDBException e) {
      options.close();
      throw failed("cannot use the backups in '%s'".formatted(directory), e);
    } catch (IOException e) {
      throw failed("cannot create the directory '%s'".formatted(directory), e);
    }
  }

  /** All backups, the oldest first. */
  public List<Entry> list() {
    return engine.getBackupInfo().stream()
        .map(
            info ->
                new Entry(
                    info.backupId(),
                    Instant.ofEpochSecond(info.timestamp()),
                    info.size(),
                    info.numberFiles(),
                    String.valueOf(info.appMetadata())))
        .sorted(Comparator.comparingInt(Entry::number))
        .toList();
  }

  /**
   * Adds a backup of what the store holds now; writes go on meanwhile, and may or may not be in it.
   */
  Entry create(RocksDB db, String note) {
    try {
      // Flushed first: what is in files is shared by the next backup, the log would be copied.
      engine.createNewBackupWithMetadata(db, note, true);
    } catch (RocksDBException e) {
      throw failed("cannot write a backup to '%s'".formatted(directory), e);
    }
    List<Entry> all = list();
    return all.get(all.size() - 1);
  }

  /** Deletes all backups but the newest ones, and the files that only they had. */
  public void keep(int newest) {
    try {
      engine.purgeOldBackups(newest);
    } catch (RocksDBException e) {
      throw failed("cannot delete old backups in '%s'".formatted(directory), e);
    }
  }

  /**
   * Copies a backup to where a store can be opened; each file's checksum is verified.
   *
   * @param target a directory without a store
   */
  public void restore(int number, Path target) {
    try (RestoreOptions all = new RestoreOptions(false)) {
      Files.createDirectories(target);
      engine.restoreDbFromBackup(number, target.toString(), target.toString(), all);
    } catch (RocksDBException e) {
      throw failed("cannot restore backup %d from '%s'".formatted(number, directory), e);
    } catch (IOException e) {
      throw failed("cannot create the directory '%s'".formatted(target), e);
    }
  }

  @Override
  public void close() {
    engine.close();
    options.close();
  }

  private static VarveException failed(String what, Exception cause) {
    return new VarveException(
        ErrorCode.STORE_FAILED,
        what + ": " + cause.getMessage(),
        "check the disk and the rights on the directory",
        Map.of(),
        cause);
  }
}
