package dev.varve.catalog.fsck;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.Finding.Place;
import dev.varve.catalog.history.CommitCache;
import dev.varve.catalog.history.Commits;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.StoredObjects;
import dev.varve.catalog.store.View;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.Entry;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.NodeCache;
import dev.varve.catalog.tree.Nodes;
import dev.varve.catalog.tree.Tree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether a tree holds one content at two keys, which a merge cannot tell from a rename. Looked for
 * in the trees that branches and tags stand at.
 *
 * <p>Only contents that were met at several keys anywhere are suspects: moved ones, as a rule. If
 * there are any, the first tree is read once more, and of the others what differs from it. About 60
 * bytes of memory a content.
 */
final class ContentIds {
  private static final long NODE_CACHE_BYTES = 16L << 20;
  private static final long COMMIT_CACHE_BYTES = 1L << 20;

  private final View view;
  private final Keys keys;
  private final Report report;

  private final IdSet ids = new IdSet();
  private final IdSet places = new IdSet();
  private final Set<ContentId> suspects = new HashSet<>();
  private final Set<ContentId> told = new HashSet<>();

  /** The commits that refs stand at, and what leads there. */
  private final Map<ObjectId, Place> heads = new LinkedHashMap<>();

  ContentIds(View view, Keys keys, Report report) {
    this.view = view;
    this.keys = keys;
    this.report = report;
  }

  /** Takes note of an entry of any tree; those of shared nodes need not be told again. */
  void met(Entry entry) {
    ContentId id = entry.content().id();
    if (places.add(place(entry)) && !ids.add(ObjectId.of(id.bytes()))) {
      suspects.add(id);
    }
  }

  /** Takes note of a commit that a branch or tag stands at. */
  void head(ObjectId commit, Place place) {
    heads.putIfAbsent(commit, place);
  }

  /** Tells what is at two keys; to be called when all entries and heads are known. */
  void end() {
    if (suspects.isEmpty()) {
      return;
    }
    StoredObjects objects = new StoredObjects(view, keys);
    Commits commits = new Commits(objects, new CommitCache(COMMIT_CACHE_BYTES));
    Nodes nodes = new Nodes(objects, new NodeCache(NODE_CACHE_BYTES));
    Optional<Tree> first = Optional.empty();
    Map<ContentId, SortedSet<Key>> inFirst = new HashMap<>();
    for (Map.Entry<ObjectId, Place> head : heads.entrySet()) {
      Place place = head.getValue().at(head.getKey());
      try {
        Tree tree = new Tree(nodes, commits.load(head.getKey()).tree());
        if (first.isEmpty()) {
          tree.entries().forEachRemaining(entry -> add(inFirst, entry.key(), entry.content()));
          first = Optional.of(tree);
          tell(inFirst, place);
        } else {
          tell(changed(first.get().diff(tree), inFirst), place);
        }
      } catch (VarveException e) {
        if (!Report.isDamage(e) && e.code() != ErrorCode.OBJECT_MISSING) {
          throw e;
        }
        // The walk has told what cannot be read of this tree.
      }
    }
  }

  /** Where the suspects are of which a tree holds something else than the first one. */
  private Map<ContentId, SortedSet<Key>> changed(
      Iterator<Difference> differences, Map<ContentId, SortedSet<Key>> inFirst) {
    Map<ContentId, SortedSet<Key>> changed = new HashMap<>();
    while (differences.hasNext()) {
      Difference difference = differences.next();
      difference
          .before()
          .filter(content -> suspects.contains(content.id()))
          .ifPresent(content -> of(content.id(), changed, inFirst).remove(difference.key()));
      difference
          .after()
          .filter(content -> suspects.contains(content.id()))
          .ifPresent(content -> of(content.id(), changed, inFirst).add(difference.key()));
    }
    return changed;
  }

  private static SortedSet<Key> of(
      ContentId id,
      Map<ContentId, SortedSet<Key>> changed,
      Map<ContentId, SortedSet<Key>> inFirst) {
    return changed.computeIfAbsent(
        id, any -> new TreeSet<>(inFirst.getOrDefault(id, new TreeSet<>())));
  }

  private void add(Map<ContentId, SortedSet<Key>> at, Key key, Content content) {
    if (suspects.contains(content.id())) {
      at.computeIfAbsent(content.id(), any -> new TreeSet<>()).add(key);
    }
  }

  private void tell(Map<ContentId, SortedSet<Key>> at, Place place) {
    at.forEach(
        (id, found) -> {
          if (found.size() > 1 && told.add(id)) {
            report.found(
                Damage.CONTENT_TWICE,
                "content '%s' is at two keys, '%s' and '%s'"
                    .formatted(id, found.first(), found.last()),
                place.at(found.last().toString()));
          }
        });
  }

  private static ObjectId place(Entry entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(entry.content().id().bytes());
    entry
        .key()
        .elements()
        .forEach(
            element -> {
              bytes.writeBytes(element.getBytes(StandardCharsets.UTF_8));
              bytes.write(0);
            });
    return ObjectId.of(bytes.toByteArray());
  }
}
