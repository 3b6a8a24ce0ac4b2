package dev.varve.engine.table;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.CommitResult;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.change.KeyChange.Delete;
import dev.varve.catalog.change.KeyChange.Put;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.metrics.MetricsReporter;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;

/**
 * The tables of one lake: read at any commit, changed on branches.
 *
 * <p>Every change is one commit of the lake, durable when the method returns. Nothing here deletes
 * a file of a table: not a drop either, for other branches and older commits still read them. Safe
 * for use by many threads.
 */
public final class Tables {
  private static final MetricsReporter QUIET = report -> {};

  /**
   * How a client tries again after a conflict. With these 32 writers of one table all get through,
   * and a commit that never can is given up after some 11 seconds; Iceberg's own, four retries from
   * 100 ms, lose one commit in 32 of four writers, and one in four of 32 writers.
   *
   * <p>And how many earlier metadata files the metadata lists: few, because the history of commits
   * has them all. Iceberg's 100 are 20 kB that each commit would write, and each load send.
   */
  private static final Map<String, String> CREATED_WITH =
      Map.of(
          TableProperties.COMMIT_NUM_RETRIES, "10",
          TableProperties.COMMIT_MIN_RETRY_WAIT_MS, "50",
          TableProperties.COMMIT_MAX_RETRY_WAIT_MS, "2000",
          TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "10");

  private final Repository repository;
  private final Warehouse warehouse;
  private final MetadataCache cache;
  private final MetadataStore store;
  private final TableCommits commits;
  private final Namespaces namespaces;
  private final Views views;
  private final Consumer<String> locations;

  /** With a metadata cache of its own, as large as the settings say. */
  public Tables(Repository repository, Warehouse warehouse, TableSettings settings) {
    this(
        repository,
        warehouse,
        settings,
        new MetadataCache(warehouse, settings.metadataCacheBytes()));
  }

  /**
   * @param cache of this warehouse, which other repositories may use too
   */
  public Tables(
      Repository repository, Warehouse warehouse, TableSettings settings, MetadataCache cache) {
    this.repository = repository;
    this.warehouse = warehouse;
    this.cache = cache;
    this.store = new MetadataStore(repository, warehouse, cache);
    this.namespaces = new Namespaces(repository);
    this.views = new Views(repository, warehouse, store, namespaces);
    this.commits =
        new TableCommits(repository, warehouse, store, namespaces, settings.foreignFiles());
    this.locations = location -> {};
  }

  private Tables(Tables same, Consumer<String> locations) {
    this.repository = same.repository;
    this.warehouse = same.warehouse;
    this.cache = same.cache;
    this.store = same.store;
    this.namespaces = same.namespaces;
    this.views = same.views;
    this.commits = same.commits;
    this.locations = locations;
  }

  /** The same tables, of which each new location of a file is told before it is given out. */
  Tables announcing(Consumer<String> told) {
    return new Tables(this, told);
  }

  /** Hears of each new location for a data file or a manifest before it is given out. */
  Consumer<String> locations() {
    return locations;
  }

  public Repository repository() {
    return repository;
  }

  public Warehouse warehouse() {
    return warehouse;
  }

  /** The records of work that writes files which no commit names yet. */
  public OpenAttempts attempts() {
    return warehouse.attempts(repository.name().text());
  }

  public Namespaces namespaces() {
    return namespaces;
  }

  public Views views() {
    return views;
  }

  /** A check of contents and files, for one run of {@link Repository#fsck}. */
  public TableFsck fsck(FsckLevel level) {
    return TableFsck.of(warehouse, level);
  }

  /** What the cache of table metadata did; its weight is in bytes. */
  public CacheStatistics metadataCache() {
    return cache.statistics();
  }

  TableCommits commits() {
    return commits;
  }

  /**
   * The table as it stood at a commit.
   *
   * @throws dev.varve.catalog.error.VarveException if it did not exist there
   */
  public LoadedTable load(ObjectId commit, TableName name) {
    return find(commit, name)
        .orElseThrow(() -> TableErrors.tableNotFound(name, commit.abbreviate()));
  }

  /** The table as it stood at a commit, or empty if it did not exist there. */
  public Optional<LoadedTable> find(ObjectId commit, TableName name) {
    return content(commit, name)
        .map(
            content ->
                new LoadedTable(name, content, commit, store.stored(content), warehouse.io()));
  }

  /**
   * The table at the head of a branch, for a writer: its last column, partition and row ids are the
   * highest that any branch has handed out.
   *
   * @throws dev.varve.catalog.error.VarveException if branch or table does not exist
   */
  public LoadedTable loadHead(RefName branch, TableName name) {
    return findHead(branch, name)
        .orElseThrow(() -> TableErrors.tableNotFound(name, branch.toString()));
  }

  /** As {@link #loadHead}, empty if the table does not exist. */
  public Optional<LoadedTable> findHead(RefName branch, TableName name) {
    ObjectId head = Heads.of(repository, branch);
    return content(head, name)
        .map(
            content -> new LoadedTable(name, content, head, store.served(content), warehouse.io()));
  }

  /** The table for a client, as it was loaded. Costs nothing while it is in the cache. */
  public ServedTable served(LoadedTable table) {
    return store.served(table.content(), table.metadata(), List.of());
  }

  /**
   * The table for a client, with branches and tags of the catalog as its refs. Costs a look at each
   * chosen ref.
   *
   * @param table as {@link #loadHead} gave it
   */
  public ServedTable served(LoadedTable table, RefChoice refs) {
    Content content = table.content();
    return store.served(
        content, table.metadata(), CatalogRefs.of(repository, refs, table.name().key(), content));
  }

  /**
   * The tables of a commit, in order of their keys.
   *
   * @param namespace only those directly in it; empty for all tables of the lake
   * @param after the last one of the page before, empty for the first page
   * @param limit how many at most
   */
  public List<TableName> list(
      ObjectId commit, Optional<NamespaceName> namespace, Optional<TableName> after, int limit) {
    return TypedKeys.list(
        repository.tree(commit), ContentType.ICEBERG_TABLE, namespace, after, limit);
  }

  /**
   * The table as Iceberg's API sees it; its {@code newAppend()}, {@code updateSchema()} and so on
   * commit to the branch. {@link #lastCommit(Table)} tells the commit.
   *
   * @throws dev.varve.catalog.error.VarveException if branch or table does not exist
   */
  public BaseTable open(WriteOptions options, TableName name) {
    LakeTableOperations operations = operations(options, name);
    if (operations.current() == null) {
      throw TableErrors.tableNotFound(name, options.branch().toString());
    }
    return new BaseTable(operations, name.toString(), QUIET);
  }

  /** The table as Iceberg's API sees it, to read; every write is refused. */
  public BaseTable open(LoadedTable table) {
    return new BaseTable(new ReadOnlyOperations(table, locations), table.name().toString(), QUIET);
  }

  /** Operations on a table that need not exist yet. */
  public LakeTableOperations operations(WriteOptions options, TableName name) {
    return new LakeTableOperations(this, name, options);
  }

  /**
   * Begins a table: what the returned transaction does, such as a first append, and the creation
   * are one commit, made by {@code commitTransaction()}.
   *
   * @param properties Iceberg's table properties; {@code format-version} chooses the format, which
   *     otherwise is one that has all types of the schema
   * @throws dev.varve.catalog.error.VarveException if the table exists or its namespace does not
   */
  public Transaction create(
      WriteOptions options,
      TableName name,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Map<String, String> properties) {
    ObjectId head = Heads.of(repository, options.branch());
    namespaces.require(head, name.namespace());
    requireFree(head, name, options.branch());
    Map<String, String> all = new HashMap<>(properties);
    if (hasNanoseconds(schema)) {
      all.putIfAbsent(TableProperties.FORMAT_VERSION, "3");
    }
    TableMetadata metadata = newMetadata(name, schema, spec, order, Optional.empty(), all);
    return Transactions.createTableTransaction(
        name.toString(), operations(options, name), metadata, QUIET);
  }

  /** The only type of those that Varve makes which format 2 does not have. */
  private static boolean hasNanoseconds(Schema schema) {
    return TypeUtil.indexById(schema.asStruct()).values().stream()
        .anyMatch(field -> field.type().typeId() == Type.TypeID.TIMESTAMP_NANO);
  }

  /**
   * The metadata that a new table starts from, with its own id and places; nothing is committed.
   *
   * @param location where a client wants it, within the warehouse; empty for a place of its own
   */
  public TableMetadata newMetadata(
      TableName name,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Optional<String> location,
      Map<String, String> properties) {
    location.ifPresent(text -> warehouse.requireTableLocation(repository.name().toString(), text));
    Map<String, String> all = new HashMap<>(CREATED_WITH);
    all.putAll(properties);
    TableMetadata fresh =
        TableMetadata.newTableMetadata(schema, spec, order, warehouse.location(), all);
    ContentId id = new ContentId(UUID.fromString(fresh.uuid()));
    return TableMetadata.buildFrom(fresh)
        .setLocation(
            location.orElseGet(
                () -> warehouse.locations(repository.name().toString(), name, id).location()))
        .setProperties(commits.fixedProperties(name, id))
        .discardChanges()
        .build();
  }

  /**
   * Commits new states of one or more tables, all or none.
   *
   * @return the commit, and each table as it stands there, in the order of the changes
   * @throws dev.varve.catalog.error.VarveException with a conflict if a table changed since its
   *     base was loaded; nothing was committed
   */
  public CommittedTables commit(WriteOptions options, List<TableChange> changes) {
    return commits.commit(options, changes);
  }

  /**
   * A snapshot as a commit to a table will keep it: its summary says branch, author and the commit
   * that was read. A commit of snapshots that say so already costs less, as nothing is edited.
   */
  public static Snapshot noted(WriteOptions options, LoadedTable base, Snapshot snapshot) {
    return TableCommits.noted(options, base, snapshot);
  }

  /**
   * As {@link #commit(WriteOptions, List)}, for one of many commits to a table that need not wait
   * until those before are durable.
   *
   * @param line where the commit stands among them
   */
  public CommittedTables commit(WriteOptions options, TableChange change, Line line) {
    return commits.commit(options, change, line);
  }

  /**
   * Drops a table from a branch. Its files stay.
   *
   * @throws dev.varve.catalog.error.VarveException if it does not exist, or changed meanwhile
   */
  public CommitResult drop(WriteOptions options, TableName name) {
    return drop(options, name, requireContent(options.branch(), name));
  }

  /** As {@link #drop(WriteOptions, TableName)}, if it is still what was loaded. */
  public CommitResult drop(WriteOptions options, LoadedTable table) {
    return drop(options, table.name(), table.content());
  }

  private CommitResult drop(WriteOptions options, TableName name, Content content) {
    return KeyCommits.commit(
        repository,
        options,
        "drop table " + name,
        List.of(new Delete(name.key(), content)),
        Optional.empty());
  }

  /**
   * Gives a table another name, in its namespace or another. It keeps its id and its files.
   *
   * @throws dev.varve.catalog.error.VarveException if it does not exist, the new name is taken or
   *     its namespace does not exist
   */
  public CommitResult rename(WriteOptions options, TableName from, TableName to) {
    ObjectId head = Heads.of(repository, options.branch());
    Content content =
        content(head, from)
            .orElseThrow(() -> TableErrors.tableNotFound(from, options.branch().toString()));
    requireFree(head, to, options.branch());
    List<KeyChange> changes = new ArrayList<>();
    namespaces.require(head, to.namespace()).ifPresent(changes::add);
    changes.add(new Delete(from.key(), content));
    changes.add(
        new Put(
            to.key(), Optional.empty(), content.type(), content.id(), repository.value(content)));
    return KeyCommits.commit(
        repository,
        options,
        "rename table %s to %s".formatted(from, to),
        changes,
        Optional.empty());
  }

  /** The request that a commit was made for under this key, if one was. */
  public OptionalLong requestOf(UUID key) {
    long request = repository.counter(new ContentId(key), WriteKey.COUNTER);
    return request == 0 ? OptionalLong.empty() : OptionalLong.of(request);
  }

  /**
   * Forgets the keys of writes whose UUID, of version 7, is older than a time.
   *
   * @param limit how many at the most
   * @return how many were forgotten
   */
  public int forgetKeys(Instant before, int limit) {
    return repository.forgetCounters(WriteKey.COUNTER, WriteKey.endOf(before), limit);
  }

  /**
   * Takes a table over from its metadata file, with all its snapshots and under its own id.
   *
   * @param metadataLocation a metadata file inside the warehouse, as are all files it names
   * @throws dev.varve.catalog.error.VarveException if the name is taken, the namespace does not
   *     exist, or a file lies outside the warehouse
   */
  public CommittedTables register(WriteOptions options, TableName name, String metadataLocation) {
    ObjectId head = Heads.of(repository, options.branch());
    requireFree(head, name, options.branch());
    return register(options, name, metadataLocation, Optional.empty());
  }

  /** As {@link #register}, in place of the table that has the name, if there is one. */
  public CommittedTables registerOver(
      WriteOptions options, TableName name, String metadataLocation) {
    ObjectId head = Heads.of(repository, options.branch());
    return register(options, name, metadataLocation, content(head, name));
  }

  private CommittedTables register(
      WriteOptions options, TableName name, String metadataLocation, Optional<Content> replaced) {
    warehouse.requireInside(metadataLocation);
    TableMetadata metadata = withUuid(TableMetadataParser.read(warehouse.io(), metadataLocation));
    ContentId id = new ContentId(UUID.fromString(metadata.uuid()));
    TableLocations locations = warehouse.locations(repository.name().toString(), name, id);
    // Its files stay where they are; a location over them would invite an engine to tidy it.
    TableMetadata moved =
        TableMetadata.buildFrom(metadata).setLocation(locations.location()).build();
    TableChange change = new TableChange(name, Optional.empty(), moved);
    return commits.write(
        options.withDefaultMessage("register table " + name),
        List.of(new TableCommits.Intent(change, replaced, true)));
  }

  /**
   * Version 1 may leave the uuid out. The one made up follows from the location, so that the table
   * has the same one whichever of its metadata files it is registered from.
   */
  private static TableMetadata withUuid(TableMetadata metadata) {
    if (metadata.uuid() != null) {
      return metadata;
    }
    byte[] location = metadata.location().getBytes(StandardCharsets.UTF_8);
    return TableMetadata.buildFrom(metadata)
        .assignUUID(UUID.nameUUIDFromBytes(location).toString())
        .build();
  }

  /**
   * Writes a table's {@code metadata.json} again, if it is lost.
   *
   * @return whether it was lost
   */
  public boolean restoreMetadataFile(LoadedTable table) {
    return store.writeFile(repository.value(table.content().value()));
  }

  /**
   * Writes the {@code metadata.json} of a value that is about to be committed by other means than
   * this class, such as a merge.
   */
  public void writeMetadataFile(byte[] value) {
    store.writeFile(value);
  }

  /** The commit that the table's last successful operation made. */
  public static Optional<CommitResult> lastCommit(Table table) {
    return lastCommit(((HasTableOperations) table).operations());
  }

  /** The commit that the transaction made. */
  public static Optional<CommitResult> lastCommit(Transaction transaction) {
    return lastCommit(((BaseTransaction) transaction).underlyingOps());
  }

  private static Optional<CommitResult> lastCommit(TableOperations operations) {
    return operations instanceof LakeTableOperations ours ? ours.lastCommit() : Optional.empty();
  }

  private void requireFree(ObjectId head, TableName name, RefName branch) {
    Optional<Content> taken = repository.tree(head).get(name.key());
    if (taken.isPresent()) {
      throw TableErrors.conflict(name.key(), branch.toString(), Optional.empty(), taken, null);
    }
  }

  private Content requireContent(RefName branch, TableName name) {
    return content(Heads.of(repository, branch), name)
        .orElseThrow(() -> TableErrors.tableNotFound(name, branch.toString()));
  }

  private Optional<Content> content(ObjectId commit, TableName name) {
    return repository
        .tree(commit)
        .get(name.key())
        .filter(content -> content.type().equals(ContentType.ICEBERG_TABLE));
  }
}
