package dev.varve.engine.merge;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.merge.RowScript.Edit;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableChange;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.TableSettings;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.Warehouse;
import dev.varve.engine.table.WriteOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;

/**
 * Makes a lake of random merges in a data directory, for a server to open: of each seed a table
 * {@code tSEED}, and branches {@code oursSEED} and {@code theirsSEED} that changed it. Prints the
 * seeds whose edits could be committed. Arguments: the directory, the first seed, how many.
 */
public final class RandomLake {
  private static final Author WHO = Author.parse("random <random@localhost>");

  private static final Set<String> PLACES =
      Set.of(TableProperties.WRITE_DATA_LOCATION, TableProperties.WRITE_METADATA_LOCATION);

  private final Tables tables;
  private final Repository repository;

  private RandomLake(Repository repository, Warehouse warehouse) {
    this.repository = repository;
    this.tables = new Tables(repository, warehouse, TableSettings.defaults());
  }

  public static void main(String[] args) throws Exception {
    Path data = Path.of(args[0]).toRealPath();
    Path warehouse = Files.createDirectories(data.resolve("warehouse"));
    try (Catalog catalog = Catalog.open(data.resolve("catalog"), CatalogSettings.defaults())) {
      catalog.create(RepositoryName.LAKE);
      RandomLake lake =
          new RandomLake(catalog.repository(RepositoryName.LAKE), Warehouse.local(warehouse));
      long first = Long.parseLong(args[1]);
      for (long seed = first; seed < first + Long.parseLong(args[2]); seed++) {
        try {
          lake.make(seed, RowMergeCase.randomOrSpecial(seed));
          System.out.println(seed);
        } catch (VarveException e) {
          System.err.println("seed " + seed + ": " + e.getMessage());
        }
      }
    }
  }

  private void make(long seed, RowMergeCase each) {
    TableName name = TableName.parse("t" + seed);
    RowScript script = each.script();
    tables
        .create(
            on("main"),
            name,
            script.schema(),
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of(TableProperties.FORMAT_VERSION, Integer.toString(script.format())))
        .commitTransaction();
    run(script, name, "main", each.base());
    for (String side : List.of("ours", "theirs")) {
      repository.createBranch(
          RefName.parse(side + seed),
          repository.refs().find(RefName.MAIN).orElseThrow().commitId(),
          WHO,
          "branch");
    }
    run(script, name, "ours" + seed, each.ours());
    run(script, name, "theirs" + seed, each.theirs());
  }

  private void run(RowScript script, TableName name, String branch, List<Edit> edits) {
    LoadedTable table = tables.loadHead(RefName.parse(branch), name);
    TableMetadata start = table.metadata();
    // The script writes with Iceberg's own FileIO for plain paths.
    TableMetadata plain =
        TableMetadata.buildFrom(start)
            .setLocation(URI.create(start.location()).getPath())
            .removeProperties(PLACES)
            .discardChanges()
            .build();
    Map<String, String> places = new HashMap<>(start.properties());
    places.keySet().retainAll(PLACES);
    TableMetadata edited =
        TableMetadata.buildFrom(script.run(plain, edits, 0, new AddedColumns()))
            .setLocation(start.location())
            .setProperties(places)
            .build();
    tables.commit(on(branch), List.of(new TableChange(name, Optional.of(table), edited)));
  }

  private static WriteOptions on(String branch) {
    return WriteOptions.on(RefName.parse(branch), WHO);
  }
}
