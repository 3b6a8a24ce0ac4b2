package dev.varve.server.iceberg;

import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableChange;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.ResourcePaths;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.responses.ListTablesResponse;

/** Lists, creates, loads, renames, registers and drops tables. */
final class TableResource {

  /** Not among Iceberg 1.11's constants, though later editions of the protocol have it. */
  private static final Endpoint UNREGISTER =
      Endpoint.create("POST", ResourcePaths.V1_TABLE + "/unregister");

  /** How far back the last state of a table is looked for that was taken off before. */
  private static final int MOST_COMMITS_BACK = 1000;

  private final Targets targets;
  private final int shownRefs;

  /**
   * @param shownRefs how many refs of the catalog a loaded table shows
   */
  TableResource(Targets targets, int shownRefs) {
    this.targets = targets;
    this.shownRefs = shownRefs;
  }

  List<Route> routes() {
    return List.of(
        Route.reading(Endpoint.V1_LIST_TABLES, this::list),
        Route.writing(Endpoint.V1_CREATE_TABLE, this::create, this::created),
        Route.reading(Endpoint.V1_LOAD_TABLE, this::load),
        Route.reading(Endpoint.V1_TABLE_EXISTS, this::exists),
        Route.writing(Endpoint.V1_DELETE_TABLE, this::drop),
        Route.writing(Endpoint.V1_RENAME_TABLE, this::rename),
        Route.writing(Endpoint.V1_REGISTER_TABLE, this::register, this::registered),
        Route.writing(UNREGISTER, this::unregister, this::unregistered));
  }

  private Reply list(Call call) {
    Target target = targets.find(call.prefix());
    Namespace namespace = call.namespace();
    NamespaceResource.properties(target, namespace);
    Page.Part<TableName> part =
        Page.of(call)
            .part(
                (after, limit) ->
                    target
                        .tables()
                        .list(
                            target.commit(),
                            Optional.of(Names.namespace(namespace)),
                            after.map(name -> Names.table(TableIdentifier.of(namespace, name))),
                            limit),
                TableName::name);
    ListTablesResponse.Builder response = ListTablesResponse.builder();
    part.items().forEach(name -> response.add(Names.table(name)));
    part.nextToken().ifPresent(response::nextPageToken);
    return Reply.ok(response.build());
  }

  private Reply create(Call call) {
    Target target = targets.find(call.prefix());
    CreateTableRequest request = call.body(CreateTableRequest.class);
    request.validate();
    TableAt table = absent(target, TableIdentifier.of(call.namespace(), request.name()));
    WriteOptions options = Authorship.of(call, target);
    TableMetadata metadata =
        target
            .tables()
            .newMetadata(
                Names.table(table.name()),
                request.schema(),
                Optional.ofNullable(request.spec()).orElse(PartitionSpec.unpartitioned()),
                Optional.ofNullable(request.writeOrder()).orElse(SortOrder.unsorted()),
                Optional.ofNullable(request.location()),
                request.properties());
    if (request.stageCreate()) {
      return TableReply.staged(metadata);
    }
    TableChange change = new TableChange(Names.table(table.name()), Optional.empty(), metadata);
    return TableReply.changed(target.tables(), target.tables().commit(options, List.of(change)));
  }

  private Reply created(Call call) {
    return standing(call, call.body(CreateTableRequest.class).name());
  }

  private Reply registered(Call call) {
    return standing(call, call.body(RegisterTableRequest.class).name());
  }

  /** The table that was made here before, as it is now. */
  private Reply standing(Call call, String name) {
    Target target = targets.find(call.prefix());
    TableIdentifier table = TableIdentifier.of(call.namespace(), name);
    return TableReply.changed(target.tables(), new TableAt(target, table, table).load());
  }

  private Reply load(Call call) {
    TableAt table = table(call);
    LoadedTable loaded = table.load();
    Tables tables = table.target().tables();
    return TableReply.of(
        call,
        table.target().branch().isPresent()
            ? tables.served(loaded, ShownRefs.of(call, shownRefs))
            : tables.served(loaded));
  }

  private Reply exists(Call call) {
    table(call).load();
    return Reply.noContent();
  }

  /**
   * Takes the table off the branch. No file is deleted, with or without {@code purgeRequested}:
   * other branches and older commits share them, and only garbage collection can tell which are
   * free.
   */
  private Reply drop(Call call) {
    TableAt table = table(call);
    WriteOptions options = Authorship.of(call, table.target());
    table.load();
    table.target().tables().drop(options, Names.table(table.name()));
    return Reply.noContent();
  }

  /** Takes the table off the branch as {@link #drop} does, and answers what it was at the end. */
  private Reply unregister(Call call) {
    TableAt table = table(call);
    WriteOptions options =
        Authorship.of(call, table.target())
            .withDefaultMessage("unregister table " + Names.table(table.name()));
    Tables tables = table.target().tables();
    LoadedTable last = table.load();
    tables.drop(options, last);
    return TableReply.changed(tables, last);
  }

  private Reply unregistered(Call call) {
    TableAt table = table(call);
    Tables tables = table.target().tables();
    ObjectId commit = table.target().commit();
    for (int back = 0; back < MOST_COMMITS_BACK; back++) {
      Optional<LoadedTable> last = tables.find(commit, Names.table(table.name()));
      if (last.isPresent()) {
        return TableReply.changed(tables, last.get());
      }
      Optional<ObjectId> parent = tables.repository().commit(commit).parents().stream().findFirst();
      if (parent.isEmpty()) {
        break;
      }
      commit = parent.get();
    }
    throw table.missing();
  }

  private Reply rename(Call call) {
    Target target = targets.find(call.prefix());
    RenameTableRequest request = call.body(RenameTableRequest.class);
    request.validate();
    WriteOptions options = Authorship.of(call, target);
    TableAt from = new TableAt(target, request.source(), request.source());
    from.load();
    TableIdentifier to = request.destination();
    NamespaceResource.properties(target, to.namespace());
    Names.requireNoRevision(to);
    Renames.requireFree(target, request);
    target.tables().rename(options, Names.table(from.name()), Names.table(to));
    return Reply.noContent();
  }

  private Reply register(Call call) {
    Target target = targets.find(call.prefix());
    RegisterTableRequest request = call.body(RegisterTableRequest.class);
    request.validate();
    TableIdentifier name = TableIdentifier.of(call.namespace(), request.name());
    WriteOptions options = Authorship.of(call, target);
    String location = request.metadataLocation();
    if (request.overwrite()) {
      NamespaceResource.properties(target, name.namespace());
      return TableReply.changed(
          target.tables(), target.tables().registerOver(options, Names.table(name), location));
    }
    absent(target, name);
    return TableReply.changed(
        target.tables(), target.tables().register(options, Names.table(name), location));
  }

  private TableAt table(Call call) {
    return targets.table(targets.find(call.prefix()), call.table());
  }

  /** A name that a table can be created under. */
  private static TableAt absent(Target target, TableIdentifier name) {
    NamespaceResource.properties(target, name.namespace());
    Names.requireNoRevision(name);
    if (ViewResource.find(target, name).isPresent()) {
      throw new AlreadyExistsException("View with same name already exists: %s", name);
    }
    TableAt table = new TableAt(target, name, name);
    if (table.find().isPresent()) {
      throw new AlreadyExistsException("Table already exists: %s", name);
    }
    return table;
  }
}
