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
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.ingest.Ingest;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.PreparedMerge.State;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

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

  /** The property that names the commit whose conflict tables hold what was said of conflicts. */
  static final String RESOLUTIONS = "varve.resolutions";

  private final Repository repository;
  private final ScratchBranches scratch;
  private final ConflictTables conflictTables;
  private final Preparer preparer;
  private final ChoiceCheck choiceCheck;
  private final PreparedRebases rebases;
  private final Unfinished unfinished;

  /**
   * @param temp a directory for what is written while merges are prepared
   */
  public PreparedMerges(
      Tables tables,
      Merges merges,
      Ingest ingest,
      TableEdits edits,
      Supplier<Duck> duck,
      Path temp) {
    this.repository = tables.repository();
    this.scratch = new ScratchBranches(repository);
    this.conflictTables = new ConflictTables(tables, ingest, edits, duck);
    this.choiceCheck = new ChoiceCheck(tables);
    this.unfinished = new Unfinished(conflictTables);
    this.preparer = new Preparer(repository, merges, scratch, conflictTables, temp);
    this.rebases = new PreparedRebases(repository, scratch, preparer);
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
    String verb = mode == MergeMode.SQUASH ? "squash" : "merge";
    Intent intent =
        new Intent(
            MergeVerb.MERGE,
            into.branch(),
            from.text(),
            repository.resolve(from).commitId(),
            mode == MergeMode.SQUASH ? mode : MergeMode.NO_FAST_FORWARD,
            head(into.branch(), expectedHead),
            into.withDefaultMessage("%s %s into %s".formatted(verb, from, into.branch())).message(),
            OptionalInt.empty(),
            conflicts);
    return preparer.prepare(intent, into, Optional.empty());
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
            options.message(),
            mainline,
            conflicts);
    return preparer.prepare(intent, options, Optional.empty());
  }

  /**
   * Does the commits of a branch again on top of another commit, on a branch of its own, up to the
   * first that conflicts; that one is kept, to be resolved and gone on from with {@link #finish}.
   * Publishing moves the branch once, to the last of them.
   *
   * @param who the committer of what is made
   * @param expectedHead where the branch must stand, or empty for anywhere
   * @param conflicts how conflicts between rows are settled; ours is what is there, theirs the
   *     branch's commit
   * @throws VarveException as {@link Rebase#run}; or if all that the branch did is there already,
   *     so that there is no commit to prepare
   */
  public RebasePreparation rebase(
      RefName branch,
      Revision onto,
      Author who,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    return rebases.start(branch, onto, who, expectedHead, conflicts);
  }

  /** All that wait, in the order of their names. */
  public List<PreparedMerge> list() {
    List<PreparedMerge> found = new ArrayList<>();
    for (Ref ref : scratch.list()) {
      preparer.find(ref).ifPresent(found::add);
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
        .flatMap(preparer::find)
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.REF_NOT_FOUND,
                    "there is no prepared merge '%s'".formatted(name)
                        + scratch.fate(name).map(fate -> " any more: it was " + fate).orElse(""),
                    "list them with: varve prepared list",
                    Map.of("ref", name.text()),
                    null));
  }

  /**
   * Moves the target branch to exactly the prepared commit, and forgets the prepared merge; both in
   * one step. If the branch has moved since it was prepared, it is prepared again on top and
   * nothing is published, so that nothing gets onto the branch that nobody could look at; if the
   * branch has all of it by now, the prepared merge is forgotten.
   *
   * @throws VarveException if there is none of this name, the branch is gone, or the branch moved
   *     and somebody committed to the prepared merge, which would be lost
   */
  public Publication publish(RefName name, Author who) {
    PreparedMerge prepared = load(name);
    Intent intent = prepared.intent();
    unfinished.refuseToPublish(prepared);
    if (intent.rebase().isPresent()) {
      return rebases.publish(prepared, who);
    }
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
    Optional<ObjectId> said =
        Optional.ofNullable(prepared.commit().properties().get(RESOLUTIONS)).map(ObjectId::parse);
    Preparation made = replace(prepared, prepared.commit().committer(), said, "prepare again");
    return made.prepared().isEmpty()
        ? new Publication.UpToDate(intent, repository.commit(head(intent.into(), Optional.empty())))
        : new Publication.PreparedAgain(intent, made);
  }

  /**
   * Says of conflicts which value wins. It is a commit on the branch of the prepared merge; the
   * target branch is not concerned.
   *
   * @return how many conflicts it is said of
   * @throws VarveException if there is none of this name, it has no conflicts between rows of the
   *     table, or a condition or expression cannot be read
   */
  public long resolve(RefName name, Resolution resolution, Author who) {
    PreparedMerge prepared = load(name);
    WriteOptions options =
        new WriteOptions(
            name,
            who,
            Optional.of("resolve conflicts of '%s'".formatted(resolution.table())),
            kept(prepared).properties());
    return conflictTables.resolve(options, prepared, resolution);
  }

  /**
   * Says of conflicts that are not between rows who wins. It is a commit on the branch of the
   * prepared merge; the target branch is not concerned.
   *
   * @return how many conflicts it is said of
   * @throws VarveException if there is none of this name, it has no such conflicts, those that are
   *     meant cannot be answered so, or a condition cannot be read; nothing was changed
   */
  public long resolve(RefName name, ChoiceResolution resolution, Author who) {
    PreparedMerge prepared = load(name);
    choiceCheck.check(prepared, resolution);
    WriteOptions options =
        new WriteOptions(
            name,
            who,
            Optional.of(
                "resolve conflicts"
                    + resolution.subject().map(it -> " of '" + it + "'").orElse("")),
            kept(prepared).properties());
    return conflictTables.choose(options, prepared, resolution);
  }

  /** What is in the way of a prepared merge, and of how much of it nothing is said. */
  public List<OpenConflict> open(PreparedMerge prepared) {
    return open(prepared, prepared.conflicts());
  }

  /** Of how much of some of its conflicts nothing is said, in their order. */
  public List<OpenConflict> open(PreparedMerge prepared, List<KeptConflict> conflicts) {
    return conflictTables.open(prepared, conflicts);
  }

  /**
   * Makes the commit of a merge whose conflicts are resolved, on the target as it is now; then it
   * can be looked at and published. A rebase goes on with the commits that are left, up to another
   * one that conflicts. If the target moved, what was said counts for those rows only that are what
   * they were; others are in conflict again. If the target has all of it by now, the prepared merge
   * is forgotten.
   *
   * @throws VarveException if conflicts are left of which nothing is said, or that cannot be
   *     answered; nothing was changed
   */
  public Preparation finish(RefName name, Author who) {
    return finish(name, who, OptionalLong.empty());
  }

  /**
   * As above.
   *
   * @param rowLimit how many bytes of a table's files the server compares row by row from now on,
   *     at most; what it was prepared with if empty. What another engine has written is taken over;
   *     a table that waits for one and is not above the limit is compared here, and goes by what
   *     was said of the conflicts that the engine found
   */
  public Preparation finish(RefName name, Author who, OptionalLong rowLimit) {
    PreparedMerge found = load(name);
    PreparedMerge prepared =
        rowLimit.isEmpty()
            ? found
            : new PreparedMerge(
                found.name(),
                found.intent().withRowLimit(rowLimit),
                found.commit(),
                found.conflicts(),
                found.state());
    if (prepared.state() == State.UNFINISHED) {
      return rebases.resume(prepared, who);
    }
    if (prepared.state() != State.CONFLICTED) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "'%s' is not in conflict".formatted(name),
          "publish it with: varve prepared publish " + name);
    }
    unfinished.refuseToFinish(prepared, rowLimit.isPresent());
    return prepared.intent().rebase().isPresent()
        ? rebases.resume(prepared, who)
        : replace(prepared, who, Optional.of(prepared.commit().id()), "finish");
  }

  /**
   * Prepares again on the head of the target, and puts that in the place of what was prepared; or
   * forgets it if the target has all of it by now.
   */
  private Preparation replace(
      PreparedMerge prepared, Author who, Optional<ObjectId> said, String why) {
    Intent intent = prepared.intent().at(head(prepared.intent().into(), Optional.empty()));
    SortedMap<String, String> properties = new TreeMap<>(kept(prepared).properties());
    properties.remove(KeptConflict.PROPERTY);
    properties.remove(RESOLUTIONS);
    said.ifPresent(commit -> properties.put(RESOLUTIONS, commit.hex()));
    Preparation made =
        preparer.prepare(
            intent, new WriteOptions(intent.into(), who, Optional.empty(), properties), said);
    if (made.prepared().isEmpty()) {
      repository.deleteRef(
          prepared.name(),
          RefKind.BRANCH,
          Optional.of(prepared.commit().id()),
          who,
          "'%s' has all of it".formatted(intent.into()));
      return made;
    }
    PreparedMerge next = made.prepared().get();
    boolean kept = false;
    try {
      repository.publish(
          new Ref(next.name(), RefKind.BRANCH, next.commit().id()),
          prepared.name(),
          prepared.commit().id(),
          who,
          why + ": " + intent.action());
      kept = true;
    } finally {
      if (!kept) {
        scratch.delete(next.name(), who, "it did not replace '%s'".formatted(prepared.name()));
      }
    }
    return new Preparation(made.report(), Optional.of(load(prepared.name())));
  }

  /** The newest commit that the preparation made. */
  private Commit kept(PreparedMerge prepared) {
    return scratch.prepared(prepared.commit()).orElseThrow();
  }

  /** Forgets a prepared merge; the target branch is not concerned. Its reflog stays. */
  public void abandon(RefName name, Author who) {
    PreparedMerge prepared = load(name);
    scratch.delete(prepared.name(), who, ScratchBranches.ABANDONED);
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
