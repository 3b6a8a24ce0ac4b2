package dev.varve.engine.prepared;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.PreparedMerge.State;
import dev.varve.engine.table.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Merges that are made and looked at before a branch moves to them. Safe for use by many threads.
 *
 * <p>A prepared merge is a branch {@code merge/N}, which is a revision like any other: SQL, diffs
 * and every engine can read it. It holds the commit that publishing moves the target branch to, so
 * it survives a restart, keeps its files reachable, and does not block anybody. A prepared merge
 * that is abandoned leaves its reflog, as every branch does.
 */
public final class PreparedMerges {
  /** What the names of prepared merges begin with. */
  public static final String PREFIX = "merge/";

  private final Repository repository;
  private final Merges merges;
  private final ScratchBranches scratch;

  public PreparedMerges(Repository repository, Merges merges) {
    this.repository = repository;
    this.merges = merges;
    this.scratch = new ScratchBranches(repository);
  }

  /**
   * Makes the commit of a merge on a branch of its own. It is a commit even where a fast-forward is
   * possible.
   *
   * @param into the branch to publish to, and who merges
   * @param expectedHead where that branch must stand, or empty for anywhere
   * @throws VarveException as {@link Merges#merge}; or if only a fast-forward was asked for
   */
  public Preparation merge(
      WriteOptions into,
      Revision from,
      MergeMode mode,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    if (mode == MergeMode.FAST_FORWARD_ONLY) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "a fast-forward needs no preparation: '%s' can be read as it is".formatted(from),
          "merge without preparing, or prepare without asking for a fast-forward");
    }
    Intent intent =
        new Intent(
            MergeVerb.MERGE,
            into.branch(),
            from.text(),
            repository.resolve(from).commitId(),
            mode == MergeMode.SQUASH ? mode : MergeMode.NO_FAST_FORWARD,
            head(into.branch(), expectedHead),
            OptionalInt.empty(),
            conflicts);
    String verb = mode == MergeMode.SQUASH ? "squash" : "merge";
    return prepare(
        intent,
        into.withDefaultMessage("%s %s into %s".formatted(verb, from, into.branch())),
        conflicts);
  }

  /** Makes the commit of a cherry-pick on a branch of its own; as {@link Merges#cherryPick}. */
  public Preparation cherryPick(
      WriteOptions onto,
      Revision commit,
      OptionalInt mainline,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    return one(MergeVerb.CHERRY_PICK, onto, commit, mainline, expectedHead, conflicts);
  }

  /** Makes the commit of a revert on a branch of its own; as {@link Merges#revert}. */
  public Preparation revert(
      WriteOptions on,
      Revision commit,
      OptionalInt mainline,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    return one(MergeVerb.REVERT, on, commit, mainline, expectedHead, conflicts);
  }

  private Preparation one(
      MergeVerb verb,
      WriteOptions options,
      Revision commit,
      OptionalInt mainline,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    Intent intent =
        new Intent(
            verb,
            options.branch(),
            commit.text(),
            repository.resolve(commit).commitId(),
            MergeMode.NO_FAST_FORWARD,
            head(options.branch(), expectedHead),
            mainline,
            conflicts);
    return prepare(intent, options, conflicts);
  }

  /** All that wait, in the order of their names. */
  public List<PreparedMerge> list() {
    List<PreparedMerge> found = new ArrayList<>();
    for (Ref ref : scratch.list()) {
      find(ref).ifPresent(found::add);
    }
    return found;
  }

  /**
   * The one of this name.
   *
   * @throws VarveException with {@link ErrorCode#REF_NOT_FOUND} if none waits there
   */
  public PreparedMerge load(RefName name) {
    return repository
        .refs()
        .find(name, RefKind.BRANCH)
        .flatMap(this::find)
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.REF_NOT_FOUND,
                    "there is no prepared merge '%s'".formatted(name),
                    "list them with: varve prepared list",
                    Map.of("ref", name.text()),
                    null));
  }

  /**
   * Moves the target branch to exactly the prepared commit, and forgets the prepared merge; both in
   * one step. If the branch has moved since it was prepared, it is prepared again on top and
   * nothing is published, so that nothing gets onto the branch that nobody could look at.
   *
   * @throws VarveException if there is none of this name, the branch is gone, or the branch moved
   *     and somebody committed to the prepared merge, which would be lost
   */
  public Publication publish(RefName name, Author who) {
    PreparedMerge prepared = load(name);
    Intent intent = prepared.intent();
    if (prepared.state() == State.READY) {
      try {
        repository.publish(
            new Ref(name, RefKind.BRANCH, prepared.commit().id()),
            intent.into(),
            intent.ours(),
            who,
            "publish '%s': %s".formatted(name, prepared.commit().subject()));
        return new Publication.Published(intent, prepared.commit());
      } catch (RefMovedException e) {
        // It moved just now.
      }
    }
    return again(load(name), who);
  }

  private Publication again(PreparedMerge prepared, Author who) {
    Intent intent = prepared.intent();
    ObjectId head = head(intent.into(), Optional.empty());
    if (repository.graph().isAncestor(prepared.commit().id(), head)) {
      abandon(prepared.name(), who);
      return new Publication.Published(intent, prepared.commit());
    }
    if (Intent.of(prepared.commit()).isEmpty()) {
      throw new VarveException(
          ErrorCode.REF_MOVED,
          "cannot publish '%s': '%s' moved, and somebody committed to '%s' since it was prepared"
              .formatted(prepared.name(), intent.into(), prepared.name()),
          "keep those commits with: varve merge %s --into %s"
              .formatted(prepared.name(), intent.into()),
          Map.of("ref", prepared.name().text()),
          null);
    }
    Commit old = prepared.commit();
    WriteOptions options =
        new WriteOptions(
            intent.into(), old.committer(), Optional.of(old.message()), old.properties());
    Preparation made = prepare(intent.at(head), options, intent.conflicts());
    if (made.prepared().isEmpty()) {
      return new Publication.PreparedAgain(intent, made);
    }
    PreparedMerge next = made.prepared().get();
    repository.publish(
        new Ref(next.name(), RefKind.BRANCH, next.commit().id()),
        prepared.name(),
        old.id(),
        who,
        "prepare again: '%s' moved".formatted(intent.into()));
    return new Publication.PreparedAgain(
        intent, new Preparation(made.report(), Optional.of(load(prepared.name()))));
  }

  /** Forgets a prepared merge; the target branch is not concerned. Its reflog stays. */
  public void abandon(RefName name, Author who) {
    PreparedMerge prepared = load(name);
    scratch.delete(name, prepared.commit().id(), who, "abandon");
  }

  private Preparation prepare(Intent intent, WriteOptions options, ConflictOptions conflicts) {
    Ref at = scratch.create(intent.ours(), options.author(), "prepare to " + intent.action());
    boolean kept = false;
    try {
      MergeReport report = run(intent, at.name(), options, conflicts);
      kept = report.head().isPresent();
      return new Preparation(report, kept ? Optional.of(load(at.name())) : Optional.empty());
    } finally {
      if (!kept) {
        scratch.delete(at.name(), intent.ours(), options.author(), "nothing was prepared");
      }
    }
  }

  private MergeReport run(
      Intent intent, RefName at, WriteOptions options, ConflictOptions conflicts) {
    WriteOptions there =
        new WriteOptions(at, options.author(), options.message(), options.properties())
            .withProperties(intent.property());
    Optional<ObjectId> ours = Optional.of(intent.ours());
    Revision commit = Revision.of(intent.commit());
    return switch (intent.verb()) {
      case MERGE -> merges.merge(there, commit, intent.mode(), ours, conflicts);
      case CHERRY_PICK -> merges.cherryPick(there, commit, intent.mainline(), ours, conflicts);
      case REVERT -> merges.revert(there, commit, intent.mainline(), ours, conflicts);
    };
  }

  private Optional<PreparedMerge> find(Ref ref) {
    if (!ref.name().text().startsWith(PREFIX)) {
      return Optional.empty();
    }
    Commit head = repository.commit(ref.commitId());
    return scratch
        .intent(head)
        .map(
            intent -> {
              boolean there =
                  repository
                      .refs()
                      .find(intent.into(), RefKind.BRANCH)
                      .filter(target -> target.commitId().equals(intent.ours()))
                      .isPresent();
              return new PreparedMerge(
                  ref.name(), intent, head, there ? State.READY : State.BEHIND);
            });
  }

  private ObjectId head(RefName branch, Optional<ObjectId> expected) {
    ObjectId head =
        repository
            .refs()
            .find(branch, RefKind.BRANCH)
            .orElseThrow(() -> repository.refs().notFound(branch))
            .commitId();
    if (expected.isPresent() && !expected.get().equals(head)) {
      throw new RefMovedException(branch.text(), expected.get().abbreviate(), head.abbreviate());
    }
    return head;
  }
}
