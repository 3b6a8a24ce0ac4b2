package dev.varve.engine.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.Repository;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;

/**
 * Shows branches and tags of the catalog as Iceberg refs of a table, so that {@code VERSION AS OF
 * 'v1.0'} reads what the table is there.
 *
 * <p>A ref brings one snapshot, the table's current one there, and never that branch's history. One
 * that the table has itself comes first, and {@code main} is always the branch that is read. A ref
 * is left out where the table's metadata could not read its files: with a partition spec that it
 * does not know under that id, or a column of another type.
 */
final class CatalogRefs {
  private CatalogRefs() {}

  /** The chosen refs at which the table is there under the same name, as it stands there. */
  static List<ShownRef> of(Repository repository, RefChoice choice, Key key, Content table) {
    List<ShownRef> shown = new ArrayList<>();
    for (Ref ref : choice.of(repository.refs())) {
      Optional<Content> there = repository.tree(ref.commitId()).get(key);
      if (there.filter(it -> it.id().equals(table.id())).isPresent()
          && !ref.name().text().equals(SnapshotRef.MAIN_BRANCH)) {
        shown.add(new ShownRef(ref.name().text(), ref.kind(), there.get()));
      }
    }
    return shown;
  }

  /**
   * The metadata with these refs.
   *
   * @param stored gives the metadata of a content
   */
  static ObjectNode shown(
      TableMetadata served, List<ShownRef> refs, Function<Content, TableMetadata> stored) {
    ObjectNode node = TableContent.toNode(served);
    ObjectNode all = node.withObjectProperty("refs");
    ArrayNode snapshots = node.withArrayProperty("snapshots");
    Set<Long> known = new HashSet<>(StoredMetadata.snapshotIds(served));
    long lastSequence = served.lastSequenceNumber();
    for (ShownRef ref : refs) {
      TableMetadata there = stored.apply(ref.content());
      Snapshot current = there.currentSnapshot();
      if (served.refs().containsKey(ref.name()) || current == null) {
        continue;
      }
      if (!known.contains(current.snapshotId())) {
        if (!isReadable(served, there)) {
          continue;
        }
        known.add(current.snapshotId());
        snapshots.add(BranchFiles.toNode(asHere(served, there, current)));
        lastSequence = Math.max(lastSequence, current.sequenceNumber());
      }
      all.putObject(ref.name())
          .put("snapshot-id", current.snapshotId())
          .put("type", ref.kind() == RefKind.TAG ? "tag" : "branch");
    }
    if (lastSequence > served.lastSequenceNumber()) {
      // A client's next snapshot must come after each that it sees.
      node.put("last-sequence-number", lastSequence);
    }
    return node;
  }

  /** Schema ids count per branch: one that means another schema here would read wrong columns. */
  private static Snapshot asHere(TableMetadata served, TableMetadata there, Snapshot current) {
    Optional<Schema> schema =
        Optional.ofNullable(current.schemaId()).map(id -> there.schemasById().get(id));
    return BranchFiles.withSchema(
        current,
        schema.flatMap(
            its ->
                served.schemas().stream()
                    .filter(it -> it.sameSchema(its))
                    .findFirst()
                    .map(Schema::schemaId)));
  }

  private static boolean isReadable(TableMetadata served, TableMetadata there) {
    return BranchFiles.haveSpecs(served, there)
        && BranchFiles.haveSameTypes(served.schema(), there.schema());
  }
}
