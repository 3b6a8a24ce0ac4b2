package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.TableRoutes.TABLE;
import static dev.varve.server.api.TableRoutes.TABLE_PATH;

import dev.varve.catalog.error.Nearest;
import dev.varve.engine.Lake;
import dev.varve.engine.change.Alteration;
import dev.varve.engine.table.TableName;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Changes the shape of tables. */
final class SchemaRoutes {
  private static final List<String> OPERATIONS =
      List.of(
          "add-column",
          "drop-column",
          "rename-column",
          "widen-column",
          "move-column",
          "describe-column",
          "make-optional",
          "partition-by",
          "sort-by",
          "set-key",
          "set-properties",
          "remove-properties");

  private final Lakes lakes;

  SchemaRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** One change. */
  @Doc("One change of a table's shape.")
  record AlterationBody(
      @Doc(
              "'add-column', 'drop-column', 'rename-column', 'widen-column', 'move-column',"
                  + " 'describe-column', 'make-optional', 'partition-by', 'sort-by', 'set-key',"
                  + " 'set-properties' or 'remove-properties'.")
          String op,
      @Doc("The column; nested ones with dots.") Optional<String> column,
      @Doc("For add and widen: the type, as SQL writes it.") Optional<String> type,
      @Doc("For rename: the new name.") Optional<String> to,
      @Doc("For add and move: the column to stand behind.") Optional<String> after,
      @Doc("For add and describe: what the column means.") Optional<String> doc,
      @Doc("For partition-by and sort-by: the fields; none for none.") List<String> fields,
      @Doc(
              "For set-key: the columns, which are required from then on and tell the rows apart; none for no key.")
          List<String> columns,
      @Doc("For set-properties.") Map<String, String> properties,
      @Doc("For remove-properties.") List<String> names) {

    Alteration alteration() {
      return switch (op) {
        case "add-column" ->
            new Alteration.AddColumn(need("column", column), need("type", type), after, doc);
        case "drop-column" -> new Alteration.DropColumn(need("column", column));
        case "rename-column" -> new Alteration.RenameColumn(need("column", column), need("to", to));
        case "widen-column" ->
            new Alteration.WidenColumn(need("column", column), need("type", type));
        case "move-column" -> new Alteration.MoveColumn(need("column", column), after);
        case "describe-column" -> new Alteration.DescribeColumn(need("column", column), doc);
        case "make-optional" -> new Alteration.MakeOptional(need("column", column));
        case "partition-by" -> new Alteration.PartitionBy(fields);
        case "sort-by" -> new Alteration.SortBy(fields);
        case "set-key" -> new Alteration.SetKey(columns);
        case "set-properties" -> new Alteration.SetProperties(properties);
        case "remove-properties" -> new Alteration.RemoveProperties(Set.copyOf(names));
        default ->
            throw new RequestRefused(
                HttpErrorCode.INVALID_BODY,
                "cannot read the body: unknown operation '" + op + "'",
                Nearest.to(op, OPERATIONS)
                    .map(near -> "did you mean '" + near + "'?")
                    .orElse("known operations are " + String.join(", ", OPERATIONS)));
      };
    }

    private String need(String field, Optional<String> value) {
      return value.orElseThrow(
          () ->
              new RequestRefused(
                  HttpErrorCode.INVALID_BODY,
                  "cannot read the body: '" + op + "' needs the field '" + field + "'"));
    }
  }

  /** What changes a table's shape. */
  @Doc("Changes of a table's shape, all or none of which are done.")
  record AlterTable(
      List<AlterationBody> changes,
      Optional<String> branch,
      Optional<String> author,
      Optional<String> message,
      Map<String, String> properties) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.POST, TABLE_PATH + "/schema", "alterTable")
            .group(TableRoutes.GROUP)
            .summary("Changes columns, layout, key and properties; no data is rewritten.")
            .takes(REPO, TABLE)
            .body(AlterTable.class)
            .writes()
            .answers(200, WriteView.class, "It is changed.")
            .handledBy(this::alter));
  }

  private Reply alter(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    AlterTable body = request.body(AlterTable.class);
    WriteOptions options =
        CommitBody.options(
            request, body.branch(), body.author(), body.message(), body.properties());
    TableName table = request.get(TABLE);
    List<Alteration> changes = body.changes().stream().map(AlterationBody::alteration).toList();
    return Reply.ok(RowRoutes.view(options, table, lake.edits().alter(options, table, changes)));
  }
}
