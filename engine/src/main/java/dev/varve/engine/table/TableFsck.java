package dev.varve.engine.table;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Damage;
import dev.varve.catalog.fsck.IdSet;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;

/**
 * Checks what is in tables and namespaces, and the files that tables refer to: each once, whatever
 * the number of snapshots, branches and commits that share it. Not safe for use by several threads.
 */
public final class TableFsck implements ContentCheck {
  private final Warehouse warehouse;
  private final FsckLevel level;
  private final Consumer<String> whole;
  private final IdSet seen = new IdSet();
  private long metadataFiles;
  private long manifests;
  private long dataFiles;
  private long dataBytes;

  private TableFsck(Warehouse warehouse, FsckLevel level, Consumer<String> whole) {
    this.warehouse = warehouse;
    this.level = level;
    this.whole = whole;
  }

  /** A check for one run. */
  public static TableFsck of(Warehouse warehouse, FsckLevel level) {
    return of(warehouse, level, file -> {});
  }

  /**
   * A check for one run.
   *
   * @param whole takes the location of each file that was found whole, once
   */
  public static TableFsck of(Warehouse warehouse, FsckLevel level, Consumer<String> whole) {
    return new TableFsck(warehouse, level, whole);
  }

  /**
   * What was looked at so far.
   *
   * @param metadata metadata.json files and manifest lists
   * @param data data and delete files
   * @param dataBytes their length, together
   */
  public record Counts(long metadata, long manifests, long data, long dataBytes) {}

  public Counts counts() {
    return new Counts(metadataFiles, manifests, dataFiles, dataBytes);
  }

  @Override
  public void check(Key key, Content content, byte[] value, Surroundings store) {
    if (level == FsckLevel.CATALOG) {
      return;
    }
    Optional<TableMetadata> table = Optional.empty();
    try {
      if (content.type().equals(ContentType.ICEBERG_TABLE)) {
        table = Optional.of(TableContent.decode(value));
      } else if (content.type().equals(ContentType.NAMESPACE)) {
        NamespaceContent.decode(value);
      }
    } catch (VarveException e) {
      store.found(Damage.CONTENT_INVALID, "'%s' cannot be read: %s".formatted(key, e.getMessage()));
    }
    table.ifPresent(metadata -> checkTable(key, content, metadata, value.length - 1L, store));
  }

  private void checkTable(
      Key key, Content content, TableMetadata metadata, long length, Surroundings store) {
    checkMarks(key, metadata, store);
    checkMetadataFile(key, content, metadata.metadataFileLocation(), length, store);
    for (Snapshot snapshot : metadata.snapshots()) {
      String list = snapshot.manifestListLocation();
      // Snapshots of format v1 may name their manifests without a list.
      if (list == null || first(list)) {
        checkManifests(key, metadata, snapshot, store);
      }
    }
  }

  private static void checkMarks(Key key, TableMetadata metadata, Surroundings store) {
    IdMarks used = IdMarks.of(metadata).forFormat(metadata.formatVersion());
    IdMarks kept = IdMarks.of(store::counter);
    if (!used.or(kept).equals(kept)) {
      store.found(
          Damage.COUNTER_BEHIND,
          "'%s' uses %s, and the highest that is known is %s".formatted(key, used, kept));
    }
  }

  private void checkMetadataFile(
      Key key, Content content, String location, long length, Surroundings store) {
    metadataFiles++;
    Length found = length(location);
    if (found.bytes == length) {
      whole.accept(location);
      return;
    }
    store.found(
        Damage.METADATA_FILE,
        "the metadata file '%s' of '%s' is not there as a whole; the catalog holds its content as %s"
            .formatted(location, key, content.value().abbreviate()));
  }

  private void checkManifests(
      Key key, TableMetadata metadata, Snapshot snapshot, Surroundings store) {
    metadataFiles++;
    List<ManifestFile> found;
    try {
      if (snapshot.manifestListLocation() != null) {
        // Reading alone could be answered by a copy on this machine.
        warehouse.storage().length(snapshot.manifestListLocation());
      }
      found = snapshot.allManifests(warehouse.io());
    } catch (RuntimeException e) {
      String list = String.valueOf(snapshot.manifestListLocation());
      unreadable(key, "manifest list", list, e, store);
      return;
    }
    if (snapshot.manifestListLocation() != null) {
      whole.accept(snapshot.manifestListLocation());
    }
    for (ManifestFile manifest : found) {
      if (first(manifest.path())) {
        manifests++;
        boolean there = checkFile(key, "manifest", manifest.path(), manifest.length(), store);
        if (there && level == FsckLevel.FILES) {
          checkDataFiles(key, metadata.specsById(), manifest, store);
        }
      }
    }
  }

  private void checkDataFiles(
      Key key, Map<Integer, PartitionSpec> specs, ManifestFile manifest, Surroundings store) {
    // Read first, told later: what a listener throws is no damage of the manifest.
    Map<String, Long> lengths = new LinkedHashMap<>();
    try (ManifestReader<? extends ContentFile<?>> files = reader(manifest, specs)) {
      for (ContentFile<?> file : files) {
        lengths.put(file.location(), file.fileSizeInBytes());
      }
    } catch (IOException | RuntimeException e) {
      unreadable(key, "manifest", manifest.path(), e, store);
      return;
    }
    lengths.forEach(
        (location, length) -> {
          if (first(location)) {
            dataFiles++;
            dataBytes += length;
            checkFile(key, "data file", location, length, store);
          }
        });
  }

  private ManifestReader<? extends ContentFile<?>> reader(
      ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
    return manifest.content() == ManifestContent.DATA
        ? ManifestFiles.read(manifest, warehouse.io(), specs)
        : ManifestFiles.readDeleteManifest(manifest, warehouse.io(), specs);
  }

  /** Whether a file is there with its length; what is wrong is told. */
  private boolean checkFile(
      Key key, String what, String location, long length, Surroundings store) {
    Length found = length(location);
    if (found.bytes == length) {
      whole.accept(location);
      return true;
    }
    if (found.problem.isPresent()) {
      unreadable(key, what, location, found.problem.get(), store);
    } else {
      store.found(
          Damage.FILE_DAMAGED,
          "the %s '%s' of '%s' has %d bytes, and should have %d"
              .formatted(what, location, key, found.bytes, length));
    }
    return false;
  }

  private Length length(String location) {
    try {
      return new Length(warehouse.storage().length(location), Optional.empty());
    } catch (RuntimeException e) {
      return new Length(-1, Optional.of(e));
    }
  }

  /** The length of a file, or why it has none. */
  private record Length(long bytes, Optional<Exception> problem) {}

  private static void unreadable(
      Key key, String what, String location, Exception why, Surroundings store) {
    boolean missing = why instanceof NotFoundException;
    store.found(
        missing ? Damage.FILE_MISSING : Damage.FILE_DAMAGED,
        "the %s '%s' of '%s' %s"
            .formatted(
                what,
                location,
                key,
                missing ? "is missing" : "cannot be read: " + why.getMessage()));
  }

  private boolean first(String location) {
    return seen.add(ObjectId.of(location.getBytes(StandardCharsets.UTF_8)));
  }
}
