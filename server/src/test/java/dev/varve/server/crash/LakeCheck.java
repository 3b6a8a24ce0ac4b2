package dev.varve.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.Entry;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.TableSettings;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Looks into what a killed server left: whether all of it is whole, and what it says.
 *
 * <p>It opens a copy of the history, so that the next server reads the log of the killed one by
 * itself. Every commit that a ref leads to is read with all nodes and values that it does not share
 * with its first parent, and each is compared with its id as it is read.
 */
final class LakeCheck implements AutoCloseable {
  private final Catalog catalog;
  private final Repository lake;
  private final Tables tables;
  private final ObjectId main;
  private final Map<String, Integer> placesOnMain = new HashMap<>();

  private LakeCheck(Catalog catalog, Path warehouse) {
    this.catalog = catalog;
    this.lake = catalog.repository(RepositoryName.LAKE);
    this.tables = new Tables(lake, Warehouse.local(warehouse), TableSettings.defaults());
    this.main = lake.refs().load(RefName.MAIN).commitId();
  }

  /**
   * Opens what is in a server's data directory.
   *
   * @param scratch where the copy of the history goes, which must be empty
   */
  static LakeCheck open(Path data, Path scratch) throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("catalog"))) {
      for (Path file : files.toList()) {
        Files.copy(file, scratch.resolve(file.getFileName()));
      }
    }
    return new LakeCheck(
        Catalog.open(scratch, CatalogSettings.defaults()), data.resolve("warehouse"));
  }

  /** Checks that everything that refs lead to is there and is what its id says. */
  void requireWhole(String when) throws IOException {
    Set<ObjectId> heads = new HashSet<>();
    for (RefKind kind : RefKind.values()) {
      for (Ref ref : lake.refs().list(kind, "", Optional.empty(), Integer.MAX_VALUE)) {
        heads.add(ref.commitId());
        requireReflog(ref.name(), Optional.of(ref.commitId()), when);
      }
    }
    Set<ObjectId> values = new HashSet<>();
    Iterator<Commit> log = lake.graph().log(heads, Ancestry.ALL);
    while (log.hasNext()) {
      requireWhole(log.next(), values);
    }
    requireFiles(when);
    Iterator<Commit> first = lake.graph().log(List.of(main), Ancestry.FIRST_PARENT);
    while (first.hasNext()) {
      placesOnMain.put(first.next().id().hex(), placesOnMain.size());
    }
  }

  private void requireWhole(Commit commit, Set<ObjectId> values) {
    if (commit.parents().isEmpty()) {
      Iterator<Entry> entries = lake.tree(commit.id()).entries();
      while (entries.hasNext()) {
        requireValue(entries.next().content(), values);
      }
      return;
    }
    Iterator<Difference> changes = lake.tree(commit.parents().get(0)).diff(lake.tree(commit.id()));
    while (changes.hasNext()) {
      changes.next().after().ifPresent(content -> requireValue(content, values));
    }
  }

  private void requireValue(Content content, Set<ObjectId> values) {
    if (values.add(content.value())) {
      assertThat(lake.value(content)).isNotNull();
    }
  }

  private void requireReflog(RefName name, Optional<ObjectId> end, String when) {
    Optional<ObjectId> expected = end;
    for (ReflogEntry entry : lake.refs().reflog(name, 0, Integer.MAX_VALUE)) {
      assertThat(entry.after())
          .as("%s: reflog of '%s' at %d", when, name, entry.index())
          .isEqualTo(expected);
      expected = entry.before();
    }
    assertThat(expected).as("%s: the reflog of '%s' begins with nothing", when, name).isEmpty();
  }

  /** Every table of main has its metadata file, and all files that a scan of it reads. */
  private void requireFiles(String when) throws IOException {
    Iterator<Entry> entries = lake.tree(main).entries();
    while (entries.hasNext()) {
      Entry entry = entries.next();
      if (!entry.content().type().equals(ContentType.ICEBERG_TABLE)) {
        continue;
      }
      LoadedTable table = tables.load(main, new TableName(entry.key()));
      requireFile(table.metadata().metadataFileLocation(), when);
      try (CloseableIterable<FileScanTask> tasks = tables.open(table).newScan().planFiles()) {
        for (FileScanTask task : tasks) {
          requireFile(task.file().location(), when);
        }
      }
    }
  }

  private void requireFile(String location, String when) {
    assertThat(tables.warehouse().path(location)).as(when).isNotEmptyFile();
  }

  /** Checks that commits are on main, each after the one before it. */
  void requireInOrder(List<String> commits, String when) {
    int before = Integer.MAX_VALUE;
    for (String commit : commits) {
      Integer place = placesOnMain.get(commit);
      assertThat(place).as("%s: the place of commit %s on main", when, commit).isNotNull();
      assertThat(place).as("%s: the place of commit %s on main", when, commit).isLessThan(before);
      before = place;
    }
  }

  /** What is true of a fact of a {@link Corner}. */
  String read(String fact) {
    String[] words = fact.split(" ", 2);
    return switch (words[0]) {
      case "ref" -> ref(RefName.parse(words[1]));
      case "namespace" -> namespace(NamespaceName.parse(words[1]));
      case "table" ->
          table(words[1]).map(it -> it.metadata().property("n", "?")).orElse(Corner.NOTHING);
      case "rows" -> table(words[1]).map(LakeCheck::rows).orElse(Corner.NOTHING);
      default -> throw new IllegalArgumentException(fact);
    };
  }

  private String ref(RefName name) {
    Optional<ObjectId> at = lake.refs().find(name).map(Ref::commitId);
    if (at.isEmpty()) {
      requireReflog(name, at, "deleted");
    }
    return at.map(ObjectId::hex).orElse(Corner.NOTHING);
  }

  private String namespace(NamespaceName name) {
    return tables.namespaces().exists(main, name)
        ? tables.namespaces().load(main, name).get("n")
        : Corner.NOTHING;
  }

  private Optional<LoadedTable> table(String name) {
    return tables.find(main, TableName.parse(name));
  }

  private static String rows(LoadedTable table) {
    Snapshot snapshot = table.metadata().currentSnapshot();
    return snapshot == null ? "0" : snapshot.summary().get("total-records");
  }

  @Override
  public void close() {
    catalog.close();
  }
}
