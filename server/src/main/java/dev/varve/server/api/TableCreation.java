package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.history.Revision;
import dev.varve.engine.Lake;
import dev.varve.engine.ingest.IngestRequest;
import dev.varve.engine.ingest.IngestResult;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.query.QueryLimits;
import dev.varve.engine.query.SqlQuery;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import dev.varve.server.http.Doc;
import dev.varve.server.http.HttpErrorCode;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.RequestRefused;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.types.Types;

/** Creates tables. */
final class TableCreation {
  private final Lakes lakes;
  private final QuerySettings queries;

  TableCreation(Lakes lakes, QuerySettings queries) {
    this.lakes = lakes;
    this.queries = queries;
  }

  /** A column of a new table. */
  @Doc("A column of a new table.")
  record NewColumn(
      String name,
      @Doc("Its type, as SQL writes it.") String type,
      @Doc("Whether it is never null.") Optional<Boolean> required,
      Optional<String> doc) {}

  /** The columns of a new table. */
  record NewSchema(List<NewColumn> fields) {}

  /** What creates a table. */
  @Doc("A table to create.")
  record NewTable(
      String name,
      @Doc("Its columns; or else give 'as'.") Optional<NewSchema> schema,
      @Doc("A query whose rows and columns the table gets.") Optional<String> as,
      @Doc("With 'as': where the query reads tables; else the branch.") Optional<String> ref,
      @Doc("Partition transforms such as 'month(date)'.") List<String> partitionBy,
      @Doc("Sort fields such as 'date desc'.") List<String> sortBy,
      @Doc("The columns whose values tell rows apart.") List<String> key,
      @Doc("Iceberg's table properties.") Map<String, String> tableProperties,
      Optional<String> branch,
      Optional<String> author,
      Optional<String> message,
      @Doc("The commit's properties.") Map<String, String> properties) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.POST, TableRoutes.TABLES_PATH, "createTable")
            .group(TableRoutes.GROUP)
            .summary("Creates a table from its columns or from a query.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO)
            .body(NewTable.class)
            .writes()
            .answers(201, WriteView.class, "It is created.")
            .handledBy(this::create));
  }

  private Reply create(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    NewTable body = request.body(NewTable.class);
    WriteOptions options =
        CommitBody.options(
            request, body.branch(), body.author(), body.message(), body.properties());
    TableName name = TableName.parse(body.name());
    if (body.schema().isPresent() == body.as().isPresent()) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_BODY, "cannot read the body: give either 'schema' or 'as'");
    }
    if (body.as().isPresent()) {
      return Reply.created(createAs(lake, options, name, body));
    }
    return Reply.created(
        WriteView.created(
            options, name, create(lake, options, name, body, schema(body, body.schema().get()))));
  }

  private WriteView createAs(Lake lake, WriteOptions options, TableName name, NewTable body) {
    Revision ref = body.ref().map(Revision::parse).orElse(Revision.of(options.branch()));
    QueryLimits limits =
        QueryLimits.defaults().withTimeout(queries.timeout()).withMaxRows(queries.maxRows());
    IngestResult result =
        lake.ingest()
            .createAs(
                options,
                name,
                lake.sql(),
                new SqlQuery(body.as().orElseThrow(), ref, limits),
                new IngestRequest.NewTable(body.key(), body.partitionBy(), body.sortBy()),
                ProgressListener.NONE);
    return RowRoutes.view(options, name, result);
  }

  private static Optional<CommitResult> create(
      Lake lake, WriteOptions options, TableName name, NewTable body, Schema schema) {
    Transaction transaction =
        lake.tables()
            .create(
                options,
                name,
                schema,
                PartitionText.parse(schema, body.partitionBy()),
                SortText.parse(schema, body.sortBy()),
                body.tableProperties());
    transaction.commitTransaction();
    return Tables.lastCommit(transaction);
  }

  private static Schema schema(NewTable body, NewSchema columns) {
    if (columns.fields().isEmpty()) {
      throw new RequestRefused(HttpErrorCode.INVALID_BODY, "a table needs at least one column");
    }
    AtomicInteger ids = new AtomicInteger();
    List<Types.NestedField> fields = new ArrayList<>();
    for (NewColumn column : columns.fields()) {
      int id = ids.incrementAndGet();
      // Iceberg wants the columns of a row key required.
      boolean required = column.required().orElse(false) || body.key().contains(column.name());
      fields.add(
          Types.NestedField.builder()
              .withId(id)
              .withName(column.name())
              .isOptional(!required)
              .ofType(TypeText.parse(column.type(), ids::incrementAndGet))
              .withDoc(column.doc().orElse(null))
              .build());
    }
    Schema plain = new Schema(fields);
    Set<Integer> key = new HashSet<>();
    body.key().forEach(name -> key.add(ColumnNames.require(plain, name).fieldId()));
    return new Schema(fields, key);
  }
}
