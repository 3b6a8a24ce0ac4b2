package dev.varve.engine.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;

/** Says in a line what a commit did to a table, for commits that were given no message. */
final class CommitMessages {
  private static final int MOST_PARTS = 3;

  private CommitMessages() {}

  /** The message of a commit to several tables. */
  static String describe(List<TableChange> changes) {
    List<String> parts = new ArrayList<>();
    for (TableChange change : changes) {
      parts.addAll(describe(change));
    }
    if (parts.size() <= MOST_PARTS) {
      return String.join("; ", parts);
    }
    return String.join("; ", parts.subList(0, MOST_PARTS))
        + "; and %d more changes".formatted(parts.size() - MOST_PARTS);
  }

  private static List<String> describe(TableChange change) {
    String name = change.name().toString();
    TableMetadata updated = change.updated();
    if (change.base().isEmpty()) {
      return List.of("create table " + name + contents(updated.currentSnapshot()));
    }
    TableMetadata base = change.base().get().metadata();
    List<String> parts = new ArrayList<>();
    parts.addAll(SchemaMessages.describe(name, base, updated));
    List<Snapshot> added = StoredMetadata.added(base, updated);
    added.forEach(snapshot -> parts.add(describe(name, snapshot)));
    if (added.isEmpty()) {
      rollback(name, base, updated).ifPresent(parts::add);
    }
    parts.addAll(refs(name, base, updated));
    int kept = updated.snapshots().size() - added.size();
    removedSnapshots(name, base.snapshots().size() - kept).ifPresent(parts::add);
    parts.addAll(properties(name, base.properties(), updated.properties()));
    return parts.isEmpty() ? List.of("update metadata of " + name) : parts;
  }

  private static String contents(Snapshot snapshot) {
    if (snapshot == null) {
      return "";
    }
    return " with " + count(snapshot, SnapshotSummary.TOTAL_RECORDS_PROP, "row");
  }

  private static String describe(String name, Snapshot snapshot) {
    String files = count(snapshot, SnapshotSummary.ADDED_FILES_PROP, "file");
    String rows = count(snapshot, SnapshotSummary.ADDED_RECORDS_PROP, "row");
    String gone = count(snapshot, SnapshotSummary.DELETED_RECORDS_PROP, "row");
    return switch (String.valueOf(snapshot.operation())) {
      case DataOperations.APPEND -> "append %s, %s to %s".formatted(files, rows, name);
      case DataOperations.DELETE -> "delete %s from %s".formatted(deletedRows(snapshot), name);
      case DataOperations.REPLACE ->
          "rewrite %s of %s as %s"
              .formatted(
                  count(snapshot, SnapshotSummary.DELETED_FILES_PROP, "file"),
                  name,
                  count(snapshot, SnapshotSummary.ADDED_FILES_PROP, "file"));
      case DataOperations.OVERWRITE ->
          number(snapshot, SnapshotSummary.ADDED_DELETE_FILES_PROP) > 0
              ? "delete %s from and add %s to %s".formatted(deletedRows(snapshot), rows, name)
              : "overwrite %s: %s in, %s out".formatted(name, rows, gone);
      default -> "change the rows of " + name;
    };
  }

  /** Rows that a delete took away, by rewriting files or by delete files. */
  private static String deletedRows(Snapshot snapshot) {
    long rows =
        number(snapshot, SnapshotSummary.DELETED_RECORDS_PROP)
            + number(snapshot, SnapshotSummary.ADDED_POS_DELETES_PROP);
    if (rows == 0 && number(snapshot, SnapshotSummary.ADDED_EQ_DELETES_PROP) > 0) {
      return "rows by key";
    }
    return counted(rows, "row");
  }

  private static Optional<String> rollback(String name, TableMetadata base, TableMetadata updated) {
    Snapshot before = base.currentSnapshot();
    Snapshot after = updated.currentSnapshot();
    if (after == null) {
      return before == null ? Optional.empty() : Optional.of("empty " + name);
    }
    return before != null && before.snapshotId() == after.snapshotId()
        ? Optional.empty()
        : Optional.of("set %s to snapshot %d".formatted(name, after.snapshotId()));
  }

  private static List<String> refs(String name, TableMetadata base, TableMetadata updated) {
    List<String> parts = new ArrayList<>();
    updated
        .refs()
        .forEach(
            (ref, at) -> {
              if (!ref.equals("main") && !at.equals(base.refs().get(ref))) {
                String kind = at.isTag() ? "tag" : "branch";
                String verb = base.refs().containsKey(ref) ? "move" : "create";
                parts.add("%s Iceberg %s %s of %s".formatted(verb, kind, ref, name));
              }
            });
    base.refs().keySet().stream()
        .filter(ref -> !updated.refs().containsKey(ref) && !ref.equals("main"))
        .forEach(ref -> parts.add("drop Iceberg ref %s of %s".formatted(ref, name)));
    return parts;
  }

  private static Optional<String> removedSnapshots(String name, int removed) {
    return removed == 0
        ? Optional.empty()
        : Optional.of("forget %s of %s".formatted(counted(removed, "snapshot"), name));
  }

  private static List<String> properties(
      String name, Map<String, String> base, Map<String, String> updated) {
    List<String> set =
        updated.keySet().stream()
            .filter(key -> !updated.get(key).equals(base.get(key)))
            .sorted()
            .toList();
    List<String> removed =
        base.keySet().stream().filter(key -> !updated.containsKey(key)).sorted().toList();
    List<String> parts = new ArrayList<>();
    if (!set.isEmpty()) {
      parts.add("set " + String.join(", ", set) + " of " + name);
    }
    if (!removed.isEmpty()) {
      parts.add("unset %s of %s".formatted(String.join(", ", removed), name));
    }
    return parts;
  }

  private static String count(Snapshot snapshot, String property, String unit) {
    return counted(number(snapshot, property), unit);
  }

  private static String counted(long count, String unit) {
    return String.format(Locale.ROOT, "%,d %s%s", count, unit, count == 1 ? "" : "s");
  }

  /** Zero for what a writer did not say: this is only a message. */
  private static long number(Snapshot snapshot, String property) {
    return SnapshotNumbers.find(snapshot, property).orElse(0);
  }
}
