package dev.varve.engine.table;

import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.CommitResult;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.change.KeyChange.Put;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;

/**
 * Turns new table metadata into one commit of the lake.
 *
 * <p>A commit and its snapshots refer to one another: the commit has a property {@code
 * iceberg.snapshot-id.<table>} for each table that got a new current snapshot, and the summary of
 * each new snapshot says {@code varve.branch}, {@code varve.author} and {@code varve.base-commit},
 * the commit that the writer had read. A snapshot cannot name its own commit, whose id is a hash of
 * what the snapshot is part of.
 *
 * <p>An engine may give the commit's author and message in the summary, as {@code varve.author} and
 * {@code varve.message}.
 */
final class TableCommits {
  static final String AUTHOR = "varve.author";
  static final String MESSAGE = "varve.message";
  private static final String BRANCH = "varve.branch";
  private static final String BASE_COMMIT = "varve.base-commit";
  private static final String SNAPSHOT_ID = "iceberg.snapshot-id.";

  private final Repository repository;
  private final Warehouse warehouse;
  private final MetadataStore store;
  private final Namespaces namespaces;
  private final ForeignFiles foreignFiles;

  TableCommits(
      Repository repository,
      Warehouse warehouse,
      MetadataStore store,
      Namespaces namespaces,
      ForeignFiles foreignFiles) {
    this.repository = repository;
    this.warehouse = warehouse;
    this.store = store;
    this.namespaces = namespaces;
    this.foreignFiles = foreignFiles;
  }

  CommittedTables commit(WriteOptions options, List<TableChange> changes) {
    return write(
        options,
        changes.stream()
            .map(change -> new Intent(change, change.base().map(LoadedTable::content), false))
            .toList(),
        Line.FIRST);
  }

  /** Commits a change of one table that {@code line} says the place of. */
  CommittedTables commit(WriteOptions options, TableChange change, Line line) {
    Optional<Content> expected = change.base().map(LoadedTable::content);
    return write(options, List.of(new Intent(change, expected, false)), line);
  }

  /**
   * A change, and what must be at its key for it to happen.
   *
   * @param expected differs from the change's base when another table is replaced
   * @param registered the snapshots come from elsewhere and are kept as they are
   */
  record Intent(TableChange change, Optional<Content> expected, boolean registered) {}

  /**
   * Commits all changes, or none. A new table also needs its namespace to be there when the commit
   * is applied.
   */
  CommittedTables write(WriteOptions options, List<Intent> intents) {
    return write(options, intents, Line.FIRST);
  }

  private CommittedTables write(WriteOptions options, List<Intent> intents, Line line) {
    List<TableChange> changes = intents.stream().map(Intent::change).toList();
    Author author = author(options, intents);
    ObjectId head = Heads.of(repository, options.branch());
    if (!line.isBehind()) {
      requireCurrent(options, head, intents);
    }
    List<KeyChange> keys = new ArrayList<>(conditions(head, changes));
    List<Prepared> prepared =
        intents.stream().map(intent -> prepare(options, author, intent, line)).toList();
    List<CounterRaise> counters = new ArrayList<>();
    options.key().map(WriteKey::raise).ifPresent(counters::add);
    for (Prepared table : prepared) {
      keys.add(table.put());
      counters.addAll(table.counters());
    }
    CommitRequest request =
        new CommitRequest(
            options.branch(), details(options, author, changes), keys, counters, Optional.empty());
    CommitResult result =
        write(request, () -> prepared.forEach(table -> line.queued(loaded(table, head))));
    prepared.forEach(table -> store.remember(table.metadata(), table.put().expected()));
    return new CommittedTables(
        result, prepared.stream().map(table -> loaded(table, result.commit().id())).toList());
  }

  /** Tells a writer that is too late already, before work is done for it. */
  private void requireCurrent(WriteOptions options, ObjectId head, List<Intent> intents) {
    Tree tree = repository.tree(head);
    for (Intent intent : intents) {
      Key key = intent.change().name().key();
      Optional<Content> found = tree.get(key);
      if (!found.equals(intent.expected())) {
        throw TableErrors.conflict(
            key, options.branch().toString(), intent.expected(), found, null);
      }
    }
  }

  private Set<KeyChange> conditions(ObjectId head, List<TableChange> changes) {
    return changes.stream()
        .filter(change -> change.base().isEmpty())
        .flatMap(change -> namespaces.require(head, change.name().namespace()).stream())
        .collect(Collectors.toSet());
  }

  private CommitResult write(CommitRequest request, Runnable queued) {
    try {
      return repository.commit(request, queued);
    } catch (VarveException e) {
      throw TableErrors.refined(e, request.branch().toString());
    } catch (RuntimeException e) {
      throw TableErrors.outcomeUnknown(request.branch().toString(), e);
    }
  }

  private LoadedTable loaded(Prepared table, ObjectId commit) {
    Content content =
        new Content(ContentType.ICEBERG_TABLE, table.put().id(), table.metadata().id());
    return new LoadedTable(
        table.name(), content, commit, table.metadata().metadata(), warehouse.io());
  }

  private record Prepared(
      TableName name, StoredMetadata metadata, Put put, List<CounterRaise> counters) {}

  private Prepared prepare(WriteOptions options, Author author, Intent intent, Line line) {
    TableChange change = intent.change();
    Optional<TableMetadata> base = change.base().map(LoadedTable::metadata);
    TableMetadata updated = change.updated();
    ContentId id = new ContentId(UUID.fromString(updated.uuid()));
    if (change.base().filter(loaded -> !loaded.content().id().equals(id)).isPresent()) {
      throw TableErrors.uuidStays(change.name());
    }
    Set<Long> known = base.map(StoredMetadata::snapshotIds).orElse(Set.of());
    List<CounterRaise> counters =
        new ArrayList<>(
            IdMarks.raises(change.name(), id, () -> marks(id, base, updated, line), base, updated));
    base.ifPresent(metadata -> counters.addAll(columns(change.name(), id, metadata, updated)));
    if (!base.map(TableMetadata::location).equals(Optional.of(updated.location()))) {
      warehouse.requireTableLocation(repository.name().toString(), updated.location());
    }
    FileChecks.requireInside(warehouse, known, updated, foreignFiles);
    StoredMetadata metadata =
        StoredMetadata.forCommit(
            updated,
            known,
            fixedProperties(change.name(), id),
            intent.registered() ? Map.of() : notes(options, author, change.base()));
    // Stays when the commit fails: an equal attempt on another branch names the same file.
    store.writeFile(metadata);
    Put put =
        new Put(
            change.name().key(),
            intent.expected(),
            ContentType.ICEBERG_TABLE,
            id,
            metadata.value());
    return new Prepared(change.name(), metadata, put, counters);
  }

  private Collection<CounterRaise> columns(
      TableName name, ContentId table, TableMetadata base, TableMetadata updated) {
    FieldIds.requireKnown(name, base, updated);
    SharedColumns shared = SharedColumns.of(repository, table);
    FieldIds.requireFresh(name, base, updated, shared);
    return shared.raises(table, base, updated);
  }

  /** Behind others in a line, the base may have taken ids that are not in the store yet. */
  private IdMarks marks(
      ContentId table, Optional<TableMetadata> base, TableMetadata updated, Line line) {
    IdMarks durable = IdMarks.of(repository, table, updated.formatVersion());
    return base.filter(metadata -> line.isBehind())
        .map(metadata -> durable.or(IdMarks.of(metadata)))
        .orElse(durable);
  }

  /**
   * Properties that are Varve's to choose: files lie apart from the table's location, and no engine
   * deletes files that other branches may use.
   */
  Map<String, String> fixedProperties(TableName name, ContentId id) {
    TableLocations locations = warehouse.locations(repository.name().toString(), name, id);
    return Map.of(
        TableProperties.GC_ENABLED, "false",
        TableProperties.WRITE_DATA_LOCATION, locations.data(),
        TableProperties.WRITE_METADATA_LOCATION, locations.metadata());
  }

  /** The snapshot with what its summary will say of the commit that adds it. */
  static Snapshot noted(WriteOptions options, LoadedTable base, Snapshot snapshot) {
    Author author =
        said(snapshot, AUTHOR).flatMap(TableCommits::parseAuthor).orElse(options.author());
    return BranchFiles.withSummary(snapshot, notes(options, author, Optional.of(base)));
  }

  private static Map<String, String> notes(
      WriteOptions options, Author author, Optional<LoadedTable> base) {
    Map<String, String> notes = new TreeMap<>();
    notes.put(BRANCH, options.branch().toString());
    notes.put(AUTHOR, author.toString());
    base.ifPresent(table -> notes.put(BASE_COMMIT, table.commitId().hex()));
    return notes;
  }

  private static CommitDetails details(
      WriteOptions options, Author author, List<TableChange> changes) {
    String message =
        options
            .message()
            .or(() -> summary(changes, MESSAGE))
            .orElseGet(() -> CommitMessages.describe(changes));
    SortedMap<String, String> properties = new TreeMap<>(options.properties());
    for (TableChange change : changes) {
      Snapshot snapshot = change.updated().currentSnapshot();
      if (snapshot != null
          && added(change).stream().anyMatch(it -> it.snapshotId() == snapshot.snapshotId())) {
        properties.put(SNAPSHOT_ID + change.name(), Long.toString(snapshot.snapshotId()));
      }
    }
    return new CommitDetails(message, author, options.author(), properties);
  }

  /** An engine may sign for its own snapshots; those of a registered table are older work. */
  private static Author author(WriteOptions options, List<Intent> intents) {
    List<TableChange> own =
        intents.stream().filter(intent -> !intent.registered()).map(Intent::change).toList();
    return summary(own, AUTHOR).flatMap(TableCommits::parseAuthor).orElse(options.author());
  }

  private static Optional<Author> parseAuthor(String text) {
    try {
      return Optional.of(Author.parse(text));
    } catch (VarveException | IllegalArgumentException e) {
      return Optional.empty(); // A commit must not fail for the way an engine signs.
    }
  }

  /** What the newest added snapshot of any changed table says. */
  private static Optional<String> summary(List<TableChange> changes, String key) {
    Optional<String> found = Optional.empty();
    for (TableChange change : changes) {
      for (Snapshot snapshot : added(change)) {
        Optional<String> before = found;
        found = said(snapshot, key).or(() -> before);
      }
    }
    return found;
  }

  private static List<Snapshot> added(TableChange change) {
    return change
        .base()
        .map(base -> StoredMetadata.added(base.metadata(), change.updated()))
        .orElseGet(change.updated()::snapshots);
  }

  private static Optional<String> said(Snapshot snapshot, String key) {
    return Optional.ofNullable(snapshot.summary())
        .map(summary -> summary.get(key))
        .filter(value -> !value.isBlank());
  }
}
