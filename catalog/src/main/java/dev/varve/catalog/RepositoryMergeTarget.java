package dev.varve.catalog;

import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitGraph;
import dev.varve.catalog.merge.MergeCommit;
import dev.varve.catalog.merge.MergeTarget;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Nodes;
import java.util.List;
import java.util.Optional;

/** Lets merges read a repository, and writes what they decide through its one writer. */
final class RepositoryMergeTarget implements MergeTarget {
  private final Repository repository;
  private final ObjectReader objects;
  private final Nodes nodes;

  RepositoryMergeTarget(Repository repository, ObjectReader objects, Nodes nodes) {
    this.repository = repository;
    this.objects = objects;
    this.nodes = nodes;
  }

  @Override
  public CommitGraph graph() {
    return repository.graph();
  }

  @Override
  public Commit commit(ObjectId id) {
    return repository.commit(id);
  }

  @Override
  public ObjectReader objects() {
    return objects;
  }

  @Override
  public Nodes nodes() {
    return nodes;
  }

  @Override
  public ObjectId head(RefName branch) {
    return repository
        .refs()
        .find(branch, RefKind.BRANCH)
        .map(Ref::commitId)
        .orElseThrow(() -> Transaction.noBranch(branch, isTag(branch)));
  }

  @Override
  public Commit write(MergeCommit merge) {
    Optional<PreparedEdit> prepared = prepare(merge);
    Transaction.Edits edits =
        new Transaction.Edits(
            prepared.isPresent() ? List.of() : merge.edits(),
            merge.objects(),
            merge.counters(),
            prepared);
    return repository
        .write(
            sizeOf(merge) + prepared.map(PreparedEdit::bytes).orElse(0L),
            transaction ->
                transaction.commit(
                    merge.branch(),
                    merge.expectedHead(),
                    merge.parents().subList(1, merge.parents().size()),
                    merge.details(),
                    edits,
                    merge.verb()))
        .commit();
  }

  @Override
  public void fastForward(RefName branch, ObjectId expected, ObjectId to, Author who) {
    repository.reset(
        branch, to, Optional.of(expected), who, "merge: fast-forward to " + to.abbreviate());
  }

  /** It is made on the expected head or not at all, so that head's tree can be edited now. */
  private Optional<PreparedEdit> prepare(MergeCommit merge) {
    return merge.edits().size() < PreparedEdit.MIN_EDITS
        ? Optional.empty()
        : Optional.of(
            PreparedEdit.of(commit(merge.expectedHead()).tree(), merge.edits(), objects, nodes));
  }

  private static long sizeOf(MergeCommit merge) {
    long bytes = 1_000 + 300L * merge.edits().size();
    for (byte[] object : merge.objects().values()) {
      bytes += object.length;
    }
    return bytes;
  }

  private boolean isTag(RefName name) {
    return repository.refs().find(name, RefKind.TAG).isPresent();
  }
}
