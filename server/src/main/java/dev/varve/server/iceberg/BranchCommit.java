package dev.varve.server.iceberg;

import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.engine.table.BranchFiles;
import dev.varve.engine.table.LoadedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.MetadataUpdate.AddSnapshot;
import org.apache.iceberg.MetadataUpdate.RemoveSnapshotRef;
import org.apache.iceberg.MetadataUpdate.SetSnapshotRef;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotRefType;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.UpdateRequirement.AssertRefSnapshotID;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/**
 * A commit to a ref that a table shows and that is a branch of the catalog: it is made on the table
 * of that branch, where it is a commit to {@code main}.
 *
 * @param table the table on that branch
 * @param ref the branch's name, as the client's ref
 * @param request what the client asked for, as it is said there
 */
record BranchCommit(TableAt table, String ref, UpdateTableRequest request) {

  /**
   * The request as a commit to another branch; empty if it is about refs of the table itself.
   *
   * @throws BadRequestException if it would move a tag of the catalog, drop a ref of it, or change
   *     more than one branch
   */
  static Optional<BranchCommit> of(TableAt asked, UpdateTableRequest request) {
    for (MetadataUpdate update : request.updates()) {
      Optional<Ref> ref = refOf(update).flatMap(name -> catalogRef(asked, name));
      if (ref.isPresent()) {
        return Optional.of(on(asked, ref.get(), request));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> refOf(MetadataUpdate update) {
    if (update instanceof SetSnapshotRef set) {
      return Optional.of(set.name()).filter(name -> !name.equals(SnapshotRef.MAIN_BRANCH));
    }
    return update instanceof RemoveSnapshotRef removed
        ? Optional.of(removed.name())
        : Optional.empty();
  }

  /** A ref of the table's own comes before one of the catalog. */
  private static Optional<Ref> catalogRef(TableAt asked, String name) {
    boolean own =
        asked.find().filter(table -> table.metadata().refs().containsKey(name)).isPresent();
    return own ? Optional.empty() : CatalogRef.find(asked.target(), name);
  }

  private static BranchCommit on(TableAt asked, Ref ref, UpdateTableRequest request) {
    asked.target().writable();
    TableAt there =
        new TableAt(Targets.at(asked.target().tables(), ref), asked.asked(), asked.name());
    requireCommitTo(ref, request);
    List<UpdateRequirement> requirements =
        request.requirements().stream().map(it -> asMain(it, ref)).toList();
    List<MetadataUpdate> updates = new ArrayList<>();
    for (MetadataUpdate update : request.updates()) {
      updates.add(asMain(update, ref, asked, there));
    }
    return new BranchCommit(
        there,
        ref.name().text(),
        UpdateTableRequest.create(request.identifier(), requirements, updates));
  }

  private static void requireCommitTo(Ref ref, UpdateTableRequest request) {
    String name = ref.name().text();
    if (ref.kind() == RefKind.TAG) {
      throw new BadRequestException(
          "'%s' is a tag of the whole lake, which neither moves nor belongs to one table; choose"
              + " another name, or delete it with: varve tag delete %s",
          name, name);
    }
    for (MetadataUpdate update : request.updates()) {
      boolean ofIt =
          update instanceof AddSnapshot
              || (update instanceof SetSnapshotRef set
                  && set.name().equals(name)
                  && set.type().equalsIgnoreCase(SnapshotRefType.BRANCH.name()));
      if (!ofIt) {
        throw new BadRequestException(
            "'%s' is a branch of the whole lake: a commit to it through one table adds snapshots"
                + " and moves it, and does nothing else; delete it with: varve branch delete %s",
            name, name);
      }
    }
  }

  private static UpdateRequirement asMain(UpdateRequirement requirement, Ref ref) {
    if (requirement instanceof AssertRefSnapshotID at && at.refName().equals(ref.name().text())) {
      if (at.snapshotId() == null) {
        throw new BadRequestException(
            "there is a branch '%s' of the whole lake already: write to it, or choose another name",
            ref.name());
      }
      return new AssertRefSnapshotID(SnapshotRef.MAIN_BRANCH, at.snapshotId());
    }
    return requirement;
  }

  private static MetadataUpdate asMain(
      MetadataUpdate update, Ref ref, TableAt here, TableAt there) {
    if (update instanceof SetSnapshotRef set) {
      return new SetSnapshotRef(
          SnapshotRef.MAIN_BRANCH, set.snapshotId(), SnapshotRefType.BRANCH, null, null, null);
    }
    return new AddSnapshot(
        BranchFiles.withSchema(
            ((AddSnapshot) update).snapshot(),
            Optional.of(schemaThere(here.load(), there.load(), (AddSnapshot) update, ref))));
  }

  /**
   * The schema on the branch that rows can be read with which a client wrote with one of here.
   *
   * @throws BadRequestException if there is none, or partition specs differ
   */
  private static int schemaThere(LoadedTable here, LoadedTable there, AddSnapshot added, Ref ref) {
    TableMetadata ours = here.metadata();
    TableMetadata theirs = there.metadata();
    Integer id = added.snapshot().schemaId();
    Schema written = id == null ? ours.schema() : ours.schemasById().get(id);
    boolean fits =
        written != null
            && BranchFiles.haveSpecs(theirs, ours)
            && BranchFiles.hasColumns(theirs.schema(), written);
    if (!fits) {
      throw new BadRequestException(
          "cannot write to branch '%s' through table '%s': its columns or partitions differ there;"
              + " write to the table \"%s@%s\"",
          ref.name(), here.name(), here.name().name(), ref.name());
    }
    return theirs.currentSchemaId();
  }
}
