package dev.varve.catalog;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.CherryPickRequest;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.merge.RevertRequest;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Entry;
import dev.varve.catalog.tree.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A short language for histories in tests: {@code history.commit("main").put("t", "1").apply()}. A
 * put keeps the content id of what is at its key.
 */
final class History {
  static final Author ADA = Author.parse("Ada <ada@example.org>");

  private final Repository repository;

  History(Repository repository) {
    this.repository = repository;
  }

  Draft commit(String branch) {
    return new Draft(RefName.parse(branch));
  }

  Commit put(String branch, String key, String value) {
    return commit(branch).put(key, value).apply();
  }

  History branch(String name, String from) {
    repository.createBranch(RefName.parse(name), resolve(from), ADA, "branch");
    return this;
  }

  History tag(String name, String at) {
    repository.createTag(RefName.parse(name), resolve(at), ADA, "tag");
    return this;
  }

  History delete(String branch) {
    repository.deleteRef(RefName.parse(branch), RefKind.BRANCH, Optional.empty(), ADA, "delete");
    return this;
  }

  ObjectId resolve(String revision) {
    return repository.resolve(Revision.parse(revision)).commitId();
  }

  /** What the tables of a commit hold, by key. */
  SortedMap<String, String> tables(String revision) {
    return tables(resolve(revision));
  }

  SortedMap<String, String> tables(ObjectId commit) {
    SortedMap<String, String> tables = new TreeMap<>();
    for (Iterator<Entry> entries = repository.tree(commit).entries(); entries.hasNext(); ) {
      Entry entry = entries.next();
      byte[] value = repository.value(entry.content());
      tables.put(entry.key().toString(), new String(value, StandardCharsets.UTF_8));
    }
    return tables;
  }

  MergeRequest merge(String from, String into, MergeMode mode) {
    return new MergeRequest(
        RefName.parse(into),
        resolve(from),
        mode,
        CommitDetails.of("merge " + from, ADA),
        Optional.empty());
  }

  CherryPickRequest pick(String revision, String onto) {
    return new CherryPickRequest(
        RefName.parse(onto),
        resolve(revision),
        OptionalInt.empty(),
        CommitDetails.of("pick " + revision, ADA),
        Optional.empty());
  }

  RevertRequest revert(String revision, String on) {
    return new RevertRequest(
        RefName.parse(on),
        resolve(revision),
        OptionalInt.empty(),
        CommitDetails.of("revert " + revision, ADA),
        Optional.empty());
  }

  static Map<String, String> tables(String... keysAndValues) {
    SortedMap<String, String> tables = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      tables.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return tables;
  }

  static KeyChange.Put change(String key, Optional<Content> expected, String value) {
    return new KeyChange.Put(
        key(key),
        expected,
        ContentType.ICEBERG_TABLE,
        expected.map(Content::id).orElseGet(ContentId::random),
        value.getBytes(StandardCharsets.UTF_8));
  }

  static Key key(String dotted) {
    return Key.of(dotted.split("\\."));
  }

  /** A commit that is being written down. */
  final class Draft {
    private final RefName branch;
    private final List<KeyChange> changes = new ArrayList<>();
    private final List<CounterRaise> counters = new ArrayList<>();
    private Optional<ObjectId> expectedHead = Optional.empty();

    private Draft(RefName branch) {
      this.branch = branch;
    }

    Draft put(String key, String value) {
      changes.add(change(key, at(key), value));
      return this;
    }

    Draft remove(String key) {
      changes.add(new KeyChange.Delete(key(key), at(key).orElseThrow()));
      return this;
    }

    Draft rename(String from, String to) {
      Content content = at(from).orElseThrow();
      changes.add(new KeyChange.Delete(key(from), content));
      changes.add(
          new KeyChange.Put(
              key(to), Optional.empty(), content.type(), content.id(), repository.value(content)));
      return this;
    }

    Draft raise(CounterRaise raise) {
      counters.add(raise);
      return this;
    }

    Draft expecting(ObjectId head) {
      expectedHead = Optional.of(head);
      return this;
    }

    Commit apply() {
      return repository.commit(request()).commit();
    }

    CommitRequest request() {
      return new CommitRequest(
          branch, CommitDetails.of("change " + branch, ADA), changes, counters, expectedHead);
    }

    private Optional<Content> at(String key) {
      return repository.tree(resolve(branch.text())).get(key(key));
    }
  }
}
