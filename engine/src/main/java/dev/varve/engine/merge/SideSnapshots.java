package dev.varve.engine.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The snapshots that the sides of a table's merge made since base.
 *
 * <p>Clients may remove snapshots from a table, as engines do to expire them. Varve's commits still
 * have the table as it was, so that they are found there.
 */
final class SideSnapshots {
  /** Those that the sides list. */
  static final SideSnapshots LISTED = new SideSnapshots(Map.of(), Set.of());

  private final Map<Long, Made> removed;
  private final Set<Long> ofBase;

  /**
   * A snapshot that a side made.
   *
   * @param table a state that lists it, and knows the partition specs of its files
   */
  record Made(Snapshot snapshot, TableMetadata table) {}

  private SideSnapshots(Map<Long, Made> removed, Set<Long> ofBase) {
    this.removed = removed;
    this.ofBase = ofBase;
  }

  /**
   * With those that a side has removed, as far as they are needed and found. Reads nothing if none
   * is missing.
   */
  SideSnapshots withRemoved(TableMetadata base, TableMetadata side, FormerTables former) {
    if (missing(base, side).isEmpty()) {
      return this;
    }
    Set<Long> before = new HashSet<>(ofBase);
    former.ofBase().forEach(table -> before.addAll(ancestry(table)));
    SideSnapshots known = new SideSnapshots(new HashMap<>(removed), before);
    Iterator<TableMetadata> tables = former.sinceBase().iterator();
    Optional<Long> missing = known.missing(base, side);
    while (missing.isPresent() && tables.hasNext()) {
      TableMetadata table = tables.next();
      if (table.snapshot(missing.get()) != null) {
        table.snapshots().forEach(it -> known.removed.put(it.snapshotId(), new Made(it, table)));
        missing = known.missing(base, side);
      }
    }
    return known;
  }

  /** What a side made, the newest first, as far as it is known. */
  List<Made> since(TableMetadata base, TableMetadata side) {
    return made(side, allOf(base));
  }

  /** The newest snapshot that a side made and of which no more is known than this id. */
  Optional<Long> missing(TableMetadata base, TableMetadata side) {
    Set<Long> before = allOf(base);
    List<Made> made = made(side, before);
    return made.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(made.get(made.size() - 1).snapshot().parentId())
            .filter(parent -> !before.contains(parent));
  }

  private List<Made> made(TableMetadata side, Set<Long> before) {
    List<Made> all = new ArrayList<>();
    Snapshot current = side.currentSnapshot();
    Optional<Made> made = current == null ? Optional.empty() : Optional.of(new Made(current, side));
    while (made.isPresent() && !before.contains(made.get().snapshot().snapshotId())) {
      all.add(made.get());
      made = Optional.ofNullable(made.get().snapshot().parentId()).flatMap(it -> find(side, it));
    }
    return all;
  }

  private Set<Long> allOf(TableMetadata base) {
    Set<Long> all = new HashSet<>(ofBase);
    all.addAll(ancestry(base));
    return all;
  }

  /**
   * The snapshots that a state of the table is made of. It may list others: some that were rolled
   * back, or that wait to be published.
   */
  private static List<Long> ancestry(TableMetadata table) {
    Snapshot current = table.currentSnapshot();
    return current == null
        ? List.of()
        : SnapshotUtil.ancestorIds(current, id -> table.snapshot(id));
  }

  private Optional<Made> find(TableMetadata side, long snapshot) {
    Snapshot listed = side.snapshot(snapshot);
    return listed == null
        ? Optional.ofNullable(removed.get(snapshot))
        : Optional.of(new Made(listed, side));
  }
}
