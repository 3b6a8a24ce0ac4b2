package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Commits;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.ref.Refs;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the commits that revisions name. */
final class Resolver {
  private final Store store;
  private final Keys keys;
  private final Refs refs;
  private final Commits commits;

  Resolver(Store store, Keys keys, Refs refs, Commits commits) {
    this.store = store;
    this.keys = keys;
    this.refs = refs;
    this.commits = commits;
  }

  ResolvedRevision resolve(Revision revision) {
    Optional<Ref> ref = Optional.empty();
    ObjectId id;
    if (revision.start() instanceof Revision.Named named) {
      Optional<Ref> found = find(named);
      ref = found.filter(any -> revision.steps().isEmpty());
      id = found.map(Ref::commitId).orElseGet(() -> findByPrefix(named));
    } else if (revision.start() instanceof Revision.Id whole) {
      id = load(whole.id()).id();
    } else if (revision.start() instanceof Revision.Moved moved) {
      id = findMoved(moved);
    } else {
      id = findAsOf((Revision.AsOf) revision.start());
    }
    for (int i = 0; i < revision.steps().size(); i++) {
      id = follow(revision, i, id);
    }
    return new ResolvedRevision(revision, id, ref);
  }

  /** The commit of this id; other objects are none. */
  Commit load(ObjectId id) {
    check(id);
    return commits.load(id);
  }

  /** Throws if there is no commit of this id. */
  void check(ObjectId id) {
    if (store.get(Space.COMMITS, keys.object(id)).isEmpty()) {
      throw noCommit(id.hex());
    }
  }

  private Optional<Ref> find(Revision.Named named) {
    return named.kind().isPresent()
        ? refs.find(named.name(), named.kind().get())
        : refs.find(named.name());
  }

  private ObjectId findByPrefix(Revision.Named named) {
    String prefix = named.idPrefix().orElseThrow(() -> refs.notFound(named.name()));
    List<Store.Pair> found =
        store.scan(Space.COMMITS, keys.firstId(prefix), keys.endOfIds(prefix), 2);
    if (found.isEmpty()) {
      throw noCommit(prefix);
    }
    if (found.size() > 1) {
      throw new VarveException(
          ErrorCode.AMBIGUOUS_REVISION,
          "several commits begin with '%s'".formatted(prefix),
          "give more digits",
          Map.of("revision", prefix),
          null);
    }
    return Keys.idOf(found.get(0).key());
  }

  private ObjectId findMoved(Revision.Moved moved) {
    RefName name = moved.name();
    List<ReflogEntry> entry = refs.reflog(name, moved.moves(), 1);
    if (entry.isEmpty()) {
      long size = refs.reflogSize(name);
      throw size == 0 ? refs.notFound(name) : tooFarBack(name, moved.moves(), size);
    }
    return entry.get(0).after().orElseThrow(() -> refs.notFound(name));
  }

  private ObjectId findAsOf(Revision.AsOf asOf) {
    if (refs.reflogSize(asOf.name()) == 0) {
      throw refs.notFound(asOf.name());
    }
    return refs.reflogAt(asOf.name(), asOf.time())
        .flatMap(ReflogEntry::after)
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.REF_NOT_FOUND,
                    "'%s' did not exist at %s".formatted(asOf.name(), asOf.time()),
                    "see when it moved with: varve reflog " + asOf.name(),
                    Map.of("ref", asOf.name().text(), "time", asOf.time().toString()),
                    null));
  }

  private ObjectId follow(Revision revision, int number, ObjectId from) {
    Revision.Step step = revision.steps().get(number);
    if (step instanceof Revision.Parent parent) {
      return parent.number() == 0 ? from : parent(revision, from, parent.number());
    }
    int count = ((Revision.Ancestor) step).count();
    ObjectId id = from;
    for (int i = 0; i < count; i++) {
      Optional<ObjectId> parent = commits.load(id).firstParent();
      if (parent.isEmpty()) {
        throw tooFewAncestors(revision, number, from, i);
      }
      id = parent.get();
    }
    return id;
  }

  private ObjectId parent(Revision revision, ObjectId id, int number) {
    List<ObjectId> parents = commits.load(id).parents();
    if (number > parents.size()) {
      throw noParent(
          revision,
          id,
          switch (parents.size()) {
            case 0 -> "%s is the first commit and has no parent";
            case 1 -> "%s is no merge and has one parent";
            default -> "%s has " + parents.size() + " parents";
          });
    }
    return parents.get(number - 1);
  }

  private static VarveException tooFewAncestors(
      Revision revision, int step, ObjectId from, int ancestors) {
    // What stands before the steps, where that is what they begin at.
    String start = step == 0 ? "'" + revision.text().split("[~^]", 2)[0] + "'" : "%s";
    String has =
        ancestors == 0
            ? " is the first commit and has no parent"
            : " has only %d ancestor%s by first parents"
                .formatted(ancestors, ancestors == 1 ? "" : "s");
    return noParent(revision, from, start + has);
  }

  /**
   * @param why with a place for the commit's id
   */
  private static VarveException noParent(Revision revision, ObjectId id, String why) {
    return new VarveException(
        ErrorCode.COMMIT_NOT_FOUND,
        "'%s' names no commit: %s".formatted(revision, why.formatted(id.abbreviate())),
        "see the history with 'varve log --graph'",
        Map.of("revision", revision.text(), "commit", id.hex()),
        null);
  }

  private static VarveException tooFarBack(RefName name, long moves, long size) {
    return new VarveException(
        ErrorCode.REF_NOT_FOUND,
        "'%s@{%d}' names no commit: the reflog of '%s' has %d entries"
            .formatted(name, moves, name, size),
        "see them with: varve reflog " + name,
        Map.of("ref", name.text()),
        null);
  }

  private static VarveException noCommit(String id) {
    return new VarveException(
        ErrorCode.COMMIT_NOT_FOUND,
        "there is no commit '%s'".formatted(id),
        "list commits with 'varve log'",
        Map.of("commit", id),
        null);
  }
}
