package dev.varve.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.FsckLevel;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.TableSettings;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;

/**
 * Looks into what a killed server left: whether all of it is whole, and what it says.
 *
 * <p>It opens a copy of the history, so that the next server reads the log of the killed one by
 * itself, and verifies it as {@code varve fsck --level files} does.
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

  /** Checks that everything that refs and reflogs lead to is there and is what its id says. */
  void requireWhole(String when) {
    List<Finding> findings = new ArrayList<>();
    lake.fsck(FsckScope.REACHABLE, tables.fsck(FsckLevel.FILES), findings::add);
    assertThat(findings).as(when).isEmpty();
    Iterator<Commit> first = lake.graph().log(List.of(main), Ancestry.FIRST_PARENT);
    while (first.hasNext()) {
      placesOnMain.put(first.next().id().hex(), placesOnMain.size());
    }
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
    return lake.refs().find(name).map(ref -> ref.commitId().hex()).orElse(Corner.NOTHING);
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
