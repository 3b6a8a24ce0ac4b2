package dev.varve.engine.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.EnvironmentContext;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * An append that a client made on an older snapshot of a table, put on top of the newest one.
 *
 * <p>An append adds rows and looks at none, so it means the same on any state that follows the one
 * it was made on. Its snapshot keeps its id, by which the client finds it; sequence number, parent,
 * totals and row ids are those of the place where it lands. Cost: the manifest lists of three
 * snapshots, and no data file.
 */
public final class StaleAppend {
  private static final Set<String> COMPUTED_PREFIXES =
      Set.of("added-", "deleted-", "removed-", "total-", "manifests-", "partition");
  private static final Set<String> COMPUTED =
      Set.of(SnapshotSummary.CHANGED_PARTITION_COUNT_PROP, "entries-processed");

  private final TableMetadata head;
  private final Snapshot append;
  private final FileIO io;

  private StaleAppend(TableMetadata head, Snapshot append, FileIO io) {
    this.head = head;
    this.append = append;
    this.io = io;
  }

  /**
   * The table with the rows of {@code append} as its newest snapshot. New manifests and their list
   * are written; nothing names them until the metadata is committed.
   *
   * @return empty if {@code append} does more than add data files to a state that the table had, or
   *     needs a schema or partition spec that it has no more
   */
  public static Optional<TableMetadata> onTop(TableMetadata head, Snapshot append, FileIO io) {
    StaleAppend stale = new StaleAppend(head, append, io);
    return stale.isOfThisTable() ? stale.added().map(stale::onTop) : Optional.empty();
  }

  private boolean isOfThisTable() {
    return DataOperations.APPEND.equals(append.operation())
        && head.formatVersion() >= 2
        && head.snapshot(append.snapshotId()) == null
        && (append.schemaId() == null || head.schemasById().containsKey(append.schemaId()))
        && isBefore(append.parentId());
  }

  private boolean isBefore(Long parent) {
    if (parent == null) {
      return true;
    }
    return head.currentSnapshot() != null
        && SnapshotUtil.isAncestorOf(head.currentSnapshot().snapshotId(), parent, head::snapshot);
  }

  /** The manifests that the append brings; empty if it does not keep what was there. */
  private Optional<List<ManifestFile>> added() {
    Optional<Snapshot> parent = Optional.ofNullable(append.parentId()).map(head::snapshot);
    Set<String> known =
        parent.stream()
            .flatMap(snapshot -> snapshot.allManifests(io).stream())
            .map(ManifestFile::path)
            .collect(Collectors.toSet());
    List<ManifestFile> added = new ArrayList<>();
    for (ManifestFile manifest : append.allManifests(io)) {
      if (!known.contains(manifest.path())) {
        if (!addsFiles(manifest)) {
          return Optional.empty();
        }
        added.add(manifest);
      }
    }
    return Optional.of(added);
  }

  private boolean addsFiles(ManifestFile manifest) {
    return Long.valueOf(append.snapshotId()).equals(manifest.snapshotId())
        && !manifest.hasDeletedFiles()
        && manifest.content() == ManifestContent.DATA
        && manifest.addedFilesCount() != null
        && head.specsById().containsKey(manifest.partitionSpecId());
  }

  private TableMetadata onTop(List<ManifestFile> manifests) {
    Operations operations = new Operations();
    AppendFiles update =
        new BaseTable(operations, "append").newAppend().scanManifestsWith(CallingThread.INSTANCE);
    boolean whole = manifests.stream().noneMatch(ManifestFile::hasExistingFiles);
    for (ManifestFile manifest : manifests) {
      if (whole) {
        update.appendManifest(new UnassignedManifest(manifest));
      } else {
        // The client has merged it with manifests of the state that it knew.
        ownFiles(manifest).forEach(update::appendFile);
      }
    }
    told().forEach(update::set);
    if (whole) {
      // Manifests count files and rows, not bytes.
      Optional.ofNullable(append.summary().get(SnapshotSummary.ADDED_FILE_SIZE_PROP))
          .ifPresent(bytes -> update.set(SnapshotSummary.ADDED_FILE_SIZE_PROP, bytes));
    }
    update.commit();
    return operations.current();
  }

  /** What the client says in the summary beside what is counted. */
  private Map<String, String> told() {
    Set<String> ours = EnvironmentContext.get().keySet();
    return append.summary().entrySet().stream()
        .filter(entry -> !ours.contains(entry.getKey()) && !isComputed(entry.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static boolean isComputed(String key) {
    return COMPUTED.contains(key) || COMPUTED_PREFIXES.stream().anyMatch(key::startsWith);
  }

  /**
   * The files that the append itself added: new files have its sequence number, others their own.
   */
  private List<DataFile> ownFiles(ManifestFile manifest) {
    try (ManifestReader<DataFile> files = ManifestFiles.read(manifest, io, head.specsById())) {
      List<DataFile> own = new ArrayList<>();
      for (DataFile file : files) {
        if (Long.valueOf(append.sequenceNumber()).equals(file.fileSequenceNumber())) {
          own.add(file.copy());
        }
      }
      if (own.size() != manifest.addedFilesCount()) {
        throw new IllegalStateException(
            "manifest '%s' counts %d added files and holds %d"
                .formatted(manifest.path(), manifest.addedFilesCount(), own.size()));
      }
      return own;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read manifest '" + manifest.path() + "'", e);
    }
  }

  /** The newest state, on which a snapshot gets the append's id. */
  private final class Operations extends MemoryOperations {
    Operations() {
      // What Iceberg tidies up afterwards must not be the client's files.
      super(head, new OwnFilesIO(io));
    }

    @Override
    public long newSnapshotId() {
      return append.snapshotId();
    }
  }
}
