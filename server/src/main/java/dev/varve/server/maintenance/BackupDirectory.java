package dev.varve.server.maintenance;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.store.RocksBackups;
import dev.varve.engine.table.FsckLevel;
import dev.varve.engine.table.TableSettings;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.Warehouse;
import dev.varve.server.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory of backups.
 *
 * <pre>
 * catalog/             backups of the catalog, by RocksDB's engine; files are shared
 * files/               files of the warehouse, once for all backups
 * backup-00007.json    what is written last: without it a backup is not complete
 * verify/              a catalog that is being verified
 * </pre>
 *
 * For one user at a time.
 */
public final class BackupDirectory {
  private static final String PREFIX = "backup-";
  private static final String SUFFIX = ".json";

  private final Path root;

  public BackupDirectory(Path root) {
    this.root = root;
  }

  Path catalog() {
    return root.resolve("catalog");
  }

  Path files() {
    return root.resolve("files");
  }

  /** The complete backups, the oldest first. */
  public List<BackupManifest> list() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      List<BackupManifest> manifests = new ArrayList<>();
      for (Path file : entries.filter(BackupDirectory::isManifest).toList()) {
        manifests.add(Json.tree().readValue(Files.readAllBytes(file), BackupManifest.class));
      }
      manifests.sort(Comparator.comparingInt(BackupManifest::number));
      return manifests;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the backups in '" + root + "'", e);
    }
  }

  /**
   * A complete backup.
   *
   * @param number which one, or empty for the newest
   * @throws VarveException with {@link ErrorCode#BACKUP_NOT_FOUND}, or {@link
   *     ErrorCode#STORE_FORMAT} if a newer version made it
   */
  public BackupManifest load(Optional<Integer> number) {
    List<BackupManifest> all = list();
    BackupManifest found =
        all.stream()
            .filter(one -> number.isEmpty() || number.get() == one.number())
            .reduce((older, newer) -> newer)
            .orElseThrow(
                () ->
                    new VarveException(
                        ErrorCode.BACKUP_NOT_FOUND,
                        number
                            .map(it -> "there is no backup %d in '%s'".formatted(it, root))
                            .orElse("there is no backup in '%s'".formatted(root)),
                        all.isEmpty()
                            ? "name the directory that the server has as '--backup.directory'"
                            : "there are: "
                                + all.stream()
                                    .map(one -> Integer.toString(one.number()))
                                    .collect(Collectors.joining(", "))));
    if (found.format() > BackupManifest.FORMAT) {
      throw new VarveException(
          ErrorCode.STORE_FORMAT,
          "backup %d has format %d, and this version knows formats up to %d"
              .formatted(found.number(), found.format(), BackupManifest.FORMAT),
          "it was made by a newer version of Varve; update this one");
    }
    return found;
  }

  /** Makes a backup complete. */
  void write(BackupManifest manifest) throws IOException {
    Path file = root.resolve("%s%05d%s".formatted(PREFIX, manifest.number(), SUFFIX));
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, Json.bytes(manifest));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Forgets the backups that the catalog's engine has no more. */
  void forgetBut(List<Integer> numbers) throws IOException {
    for (BackupManifest manifest : list()) {
      if (!numbers.contains(manifest.number())) {
        Files.deleteIfExists(root.resolve("%s%05d%s".formatted(PREFIX, manifest.number(), SUFFIX)));
      }
    }
  }

  /**
   * Restores a backup's catalog beside the backups, verifies everything that can be reached, files
   * included if they are in the backup, and removes it again. Needs the room of the catalog.
   *
   * @param events takes what {@link FsckRun} tells
   */
  public BackupCheck verify(BackupManifest manifest, Consumer<Object> events) {
    Path scratch = root.resolve("verify");
    try {
      delete(scratch);
      try (RocksBackups backups = RocksBackups.open(catalog())) {
        backups.restore(manifest.number(), scratch);
      }
      Optional<Warehouse> files =
          manifest.withFiles()
              ? Optional.of(Warehouse.copyOf(Path.of(manifest.warehouse()), files()))
              : Optional.empty();
      return check(manifest.number(), scratch, files, events);
    } finally {
      delete(scratch);
    }
  }

  /** Verifies the store in a directory: all that its repositories refer to. */
  static BackupCheck check(
      int number, Path store, Optional<Warehouse> warehouse, Consumer<Object> events) {
    long objects = 0;
    long files = 0;
    long found = 0;
    try (Catalog catalog = Catalog.open(store, CatalogSettings.defaults())) {
      for (RepositoryName name : catalog.repositories()) {
        Tables tables =
            new Tables(
                catalog.repository(name),
                warehouse.orElseGet(() -> Warehouse.copyOf(Path.of("/"), store)),
                TableSettings.defaults());
        FsckLevel level = warehouse.isPresent() ? FsckLevel.FILES : FsckLevel.CATALOG;
        FsckView view = FsckRun.run(tables, level, FsckScope.REACHABLE, events);
        objects += view.commits() + view.nodes() + view.values();
        files += view.metadataFiles() + view.manifests() + view.dataFiles();
        found += view.found();
      }
    }
    return new BackupCheck(number, found == 0, objects, files, found);
  }

  /**
   * Makes a data directory of a backup. It appears under its name when it is whole.
   *
   * @param target an empty directory, or one that is not there
   * @param events takes progress and findings
   */
  public BackupCheck restore(BackupManifest manifest, Path target, Consumer<Object> events) {
    Path part = target.resolveSibling(target.getFileName() + ".restoring");
    try {
      requireEmpty(target);
      delete(part);
      Files.createDirectories(part);
      try (RocksBackups backups = RocksBackups.open(catalog())) {
        backups.restore(manifest.number(), part.resolve("catalog"));
      }
      Optional<Warehouse> warehouse = restoreFiles(manifest, target, part, events);
      BackupCheck check = check(manifest.number(), part.resolve("catalog"), warehouse, events);
      Files.deleteIfExists(target);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return check;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot restore to '" + target + "'", e);
    } finally {
      delete(part);
    }
  }

  /**
   * Brings files back to where table metadata says that they are, which is an absolute path. A data
   * directory of another name gets a link to there.
   */
  private Optional<Warehouse> restoreFiles(
      BackupManifest manifest, Path target, Path part, Consumer<Object> events) throws IOException {
    if (manifest.warehouse().contains("://")) {
      return Optional.empty(); // an object store, which keeps its files by itself
    }
    Path place = Path.of(manifest.warehouse());
    Path own = target.resolve("warehouse");
    Path copy = place;
    if (place.equals(own)) {
      copy = part.resolve("warehouse");
      Files.createDirectories(copy);
    } else {
      try {
        Files.createDirectories(place);
      } catch (IOException e) {
        throw new VarveException(
            ErrorCode.STORE_FAILED,
            "cannot create '%s': %s".formatted(place, e),
            "tables name their files by this path; make it, or a link of that name to where the"
                + " files shall lie",
            Map.of(),
            e);
      }
      Files.createSymbolicLink(part.resolve("warehouse"), place);
    }
    if (!manifest.withFiles()) {
      return Optional.empty();
    }
    FileCopy.run(files(), copy, events::accept);
    return Optional.of(Warehouse.copyOf(place, copy));
  }

  private static void requireEmpty(Path target) throws IOException {
    if (Files.exists(target)) {
      try (Stream<Path> entries = Files.list(target)) {
        if (entries.findAny().isPresent()) {
          throw new VarveException(
              ErrorCode.INVALID_REQUEST,
              "cannot restore to '%s': it is not empty".formatted(target),
              "name a directory that is not there yet; nothing was changed");
        }
      }
    }
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete '" + directory + "'", e);
    }
  }
}
