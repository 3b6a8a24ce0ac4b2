package dev.varve.benchmarks.catalog;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.table.NamespaceContent;
import dev.varve.engine.table.TableContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Makes the data directory of a server with many tables, each with metadata of its own, and many
 * branches.
 *
 * <p>Usage: {@code LargeLake DIRECTORY [TABLES [BRANCHES]]}, by default 1,000,000 tables in
 * namespaces of 1,000, and 100,000 branches.
 */
public final class LargeLake {
  /** How the branches begin; a number of six digits follows. */
  public static final String BRANCHES = "many/b";

  private static final int CHANGES_PER_COMMIT = 20_000;
  private static final int CLIENTS = 64;
  private static final int COLUMNS = 5;
  private static final String ID = "00000000-0000-4000-8000-000000000000";

  private final Repository lake;

  /** The metadata of a table that has the id {@link #ID}. */
  private final String template;

  private LargeLake(Repository lake, Path warehouse) {
    this.lake = lake;
    List<NestedField> columns =
        IntStream.rangeClosed(1, COLUMNS)
            .mapToObj(id -> NestedField.optional(id, "column_" + id, Types.LongType.get()))
            .toList();
    TableMetadata metadata =
        TableMetadata.newTableMetadata(
            new Schema(columns),
            PartitionSpec.unpartitioned(),
            warehouse.toUri() + "lake/" + ID,
            Collections.emptySortedMap());
    byte[] value = TableContent.encode(TableMetadata.buildFrom(metadata).assignUUID(ID).build());
    template = new String(value, StandardCharsets.UTF_8);
  }

  /** Makes the directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]).toAbsolutePath();
    int tables = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
    int branches = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100_000;
    Path warehouse = Files.createDirectories(directory.resolve("warehouse")).toRealPath();
    try (Catalog catalog = Catalog.open(directory.resolve("catalog"), CatalogSettings.defaults())) {
      LargeLake lake = new LargeLake(catalog.create(RepositoryName.LAKE), warehouse);
      lake.makeTables(tables);
      lake.makeBranches(branches);
    }
  }

  private void makeTables(int tables) {
    for (int from = 0; from < tables; from += CHANGES_PER_COMMIT) {
      List<KeyChange> changes = new ArrayList<>();
      for (int number = from; number < Math.min(from + CHANGES_PER_COMMIT, tables); number++) {
        Key key = SampleKeys.key(number);
        if (number == 0 || !key.elements().get(0).equals(namespace(number - 1))) {
          changes.add(namespace(Key.of(key.elements().get(0))));
        }
        changes.add(table(key));
      }
      lake.commit(new CommitRequest(RefName.MAIN, SampleKeys.details("fill"), changes));
    }
  }

  private static String namespace(int number) {
    return SampleKeys.key(number).elements().get(0);
  }

  private static KeyChange namespace(Key key) {
    return new KeyChange.Put(
        key,
        Optional.empty(),
        ContentType.NAMESPACE,
        new ContentId(id(key)),
        NamespaceContent.encode(Map.of()));
  }

  private KeyChange table(Key key) {
    UUID id = id(key);
    byte[] value = template.replace(ID, id.toString()).getBytes(StandardCharsets.UTF_8);
    return new KeyChange.Put(
        key, Optional.empty(), ContentType.ICEBERG_TABLE, new ContentId(id), value);
  }

  private static UUID id(Key key) {
    return UUID.nameUUIDFromBytes(key.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** By many clients, whose branches share their syncs. */
  private void makeBranches(int branches) {
    ObjectId head = lake.refs().load(RefName.MAIN).commitId();
    ForkJoinPool clients = new ForkJoinPool(CLIENTS);
    try {
      clients
          .submit(
              () ->
                  IntStream.range(0, branches)
                      .parallel()
                      .forEach(number -> makeBranch(number, head)))
          .join();
    } finally {
      clients.shutdown();
    }
  }

  private void makeBranch(int number, ObjectId at) {
    lake.createBranch(
        RefName.parse("%s%06d".formatted(BRANCHES, number)), at, SampleKeys.author(), "fill");
  }
}
