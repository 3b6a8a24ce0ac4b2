package dev.varve.benchmarks.catalog;

import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A lake of many tables, the same at every run: {@code ns_7.table_1234} with small values. */
public final class SampleKeys {
  private static final int TABLES_PER_NAMESPACE = 1_000;
  private static final int CHANGES_PER_COMMIT = 50_000;
  private static final Author AUTHOR = Author.named("benchmark");

  private SampleKeys() {}

  public static Key key(int number) {
    return Key.of("ns_" + number / TABLES_PER_NAMESPACE, "table_" + number);
  }

  public static CommitDetails details(String message) {
    return CommitDetails.of(message, AUTHOR);
  }

  public static Author author() {
    return AUTHOR;
  }

  /** A new table with a value of some 40 bytes. */
  public static KeyChange.Put put(Key key) {
    return change(key, Optional.empty(), "text");
  }

  /** A new value of some 40 bytes for a table. */
  public static KeyChange.Put change(Key key, Optional<Content> found, String value) {
    byte[] name = ("metadata of " + key).getBytes(StandardCharsets.UTF_8);
    ContentId id = new ContentId(UUID.nameUUIDFromBytes(name));
    byte[] bytes = ("metadata of " + key + " as " + value).getBytes(StandardCharsets.UTF_8);
    return new KeyChange.Put(key, found, ContentType.ICEBERG_TABLE, id, bytes);
  }

  /** Fills {@code main} with the tables 0 up to {@code tables}. */
  public static void fill(Repository repository, int tables) {
    for (int from = 0; from < tables; from += CHANGES_PER_COMMIT) {
      List<KeyChange> changes = new ArrayList<>();
      for (int i = from; i < Math.min(from + CHANGES_PER_COMMIT, tables); i++) {
        changes.add(put(key(i)));
      }
      repository.commit(new CommitRequest(RefName.MAIN, details("fill"), changes));
    }
  }
}
