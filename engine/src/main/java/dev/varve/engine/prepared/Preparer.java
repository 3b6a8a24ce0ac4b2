package dev.varve.engine.prepared;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.merge.ConflictFiles;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.PreparedMerge.State;
import dev.varve.engine.table.WriteOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes prepared merges on branches of their own, and reads them back. */
final class Preparer {
  private final Repository repository;
  private final Merges merges;
  private final ScratchBranches scratch;
  private final ConflictTables conflictTables;
  private final Path temp;

  /**
   * @param temp a directory for what is written meanwhile
   */
  Preparer(
      Repository repository,
      Merges merges,
      ScratchBranches scratch,
      ConflictTables conflictTables,
      Path temp) {
    this.repository = repository;
    this.merges = merges;
    this.scratch = scratch;
    this.conflictTables = conflictTables;
    this.temp = temp;
  }

  /**
   * Makes what is asked for on a branch of its own, and keeps what is in the way.
   *
   * @param options who does it, and the properties of the commit; the branch is not looked at
   * @param said the commit whose conflict tables tell what was said, if something was
   */
  Preparation prepare(Intent intent, WriteOptions options, Optional<ObjectId> said) {
    Ref at = scratch.create(intent.ours(), options.author(), "prepare to " + intent.action());
    boolean kept = false;
    try {
      MergeReport report = make(at.name(), intent, options, said);
      kept = report.outcome() != MergeOutcome.UP_TO_DATE;
      return new Preparation(report, kept ? find(at.name()) : Optional.empty());
    } finally {
      if (!kept) {
        scratch.delete(at.name(), options.author(), "nothing was prepared");
      }
    }
  }

  /**
   * Makes what is asked for on a branch that stands at {@link Intent#ours}, and keeps what is in
   * the way there; as above.
   */
  MergeReport make(RefName at, Intent intent, WriteOptions options, Optional<ObjectId> said) {
    try (TemporaryDirectory directory = TemporaryDirectory.in(temp)) {
      ConflictFiles files = new ConflictFiles(directory.path());
      ConflictOptions conflicts = intent.conflicts().keptIn(files);
      Optional<Said> earlier = said.map(this::said);
      if (earlier.isPresent()) {
        conflicts = conflicts.with(conflictTables.export(earlier.get(), intent.ours(), files));
      }
      WriteOptions there =
          new WriteOptions(at, options.author(), intent.message(), options.properties())
              .withProperties(intent.property());
      MergeReport report = run(intent, there, conflicts);
      if (report.outcome() == MergeOutcome.CONFLICT) {
        conflictTables.keep(
            there.withMessage("keep the conflicts of: " + intent.action()), report, files, earlier);
      }
      return report;
    }
  }

  private Said said(ObjectId commit) {
    Commit holds = repository.commit(commit);
    Optional<Commit> made = scratch.prepared(holds);
    return new Said(
        holds.id(),
        made.flatMap(Intent::of).map(Intent::ours),
        made.map(KeptConflict::of).orElse(List.of()));
  }

  private MergeReport run(Intent intent, WriteOptions there, ConflictOptions conflicts) {
    Optional<ObjectId> ours = Optional.of(intent.ours());
    Revision commit = Revision.of(intent.commit());
    return switch (intent.verb()) {
      case MERGE -> merges.merge(there, commit, intent.mode(), ours, conflicts);
      case CHERRY_PICK -> merges.cherryPick(there, commit, intent.mainline(), ours, conflicts);
      case REVERT -> merges.revert(there, commit, intent.mainline(), ours, conflicts);
    };
  }

  /** What waits on a branch; empty if it is no prepared merge. */
  Optional<PreparedMerge> find(Ref ref) {
    if (!ref.name().text().startsWith(PreparedMerges.PREFIX)) {
      return Optional.empty();
    }
    Commit head = repository.commit(ref.commitId());
    return scratch
        .prepared(ref)
        .flatMap(
            made ->
                Intent.of(made)
                    .map(
                        intent ->
                            new PreparedMerge(
                                ref.name(),
                                intent,
                                head,
                                conflictTables.asFound(head.id(), KeptConflict.of(made)),
                                state(made, intent))));
  }

  private State state(Commit made, Intent intent) {
    if (made.properties().containsKey(KeptConflict.PROPERTY)) {
      return State.CONFLICTED;
    }
    if (intent.rebase().filter(step -> !step.isLast()).isPresent()) {
      return State.UNFINISHED;
    }
    ObjectId stood = intent.rebase().map(RebaseStep::head).orElse(intent.ours());
    return repository
            .refs()
            .find(intent.into(), RefKind.BRANCH)
            .filter(target -> target.commitId().equals(stood))
            .isPresent()
        ? State.READY
        : State.BEHIND;
  }

  private Optional<PreparedMerge> find(RefName name) {
    return repository.refs().find(name, RefKind.BRANCH).flatMap(this::find);
  }
}
