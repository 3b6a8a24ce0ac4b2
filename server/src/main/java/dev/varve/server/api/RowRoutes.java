package dev.varve.server.api;

import static dev.varve.server.api.Parameters.AUTHOR;
import static dev.varve.server.api.Parameters.BRANCH;
import static dev.varve.server.api.Parameters.MESSAGE;
import static dev.varve.server.api.Parameters.PROPERTY;
import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.TableRoutes.TABLE;
import static dev.varve.server.api.TableRoutes.TABLE_PATH;

import dev.varve.engine.Lake;
import dev.varve.engine.change.ChangeResult;
import dev.varve.engine.ingest.FileFormat;
import dev.varve.engine.ingest.IngestMode;
import dev.varve.engine.ingest.IngestProgress;
import dev.varve.engine.ingest.IngestRequest;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.IngestResult;
import dev.varve.engine.ingest.IngestSource;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.WriteOptions;
import dev.varve.server.http.Doc;
import dev.varve.server.http.MediaTypes;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Puts rows into tables, changes and deletes them. */
final class RowRoutes {
  private static final String GROUP = "rows";
  private static final Parameter<Optional<FileFormat>> FORMAT =
      Parameter.query(
              "format",
              text ->
                  text.equals("auto")
                      ? Optional.<FileFormat>empty()
                      : Optional.of(FileFormat.parse(text)),
              "The file's format: parquet, csv, json, jsonl or arrow; 'auto' looks into it.")
          .orElse("auto");
  private static final Parameter<IngestMode> MODE =
      Parameter.choice(
              "mode",
              IngestMode.class,
              "What becomes of the rows there: they stay (append), they go (overwrite), or those of"
                  + " the same key go (upsert), but for columns that the file does not have: they"
                  + " keep their values; 'create' wants the table to be new.")
          .orElse("append");
  private static final Parameter<String> KEY =
      Parameter.query(
              "key",
              Function.<String>identity(),
              "A column of the row key, once per column or separated by commas.")
          .many();
  private static final Parameter<String> PARTITION_BY =
      Parameter.query(
              "partitionBy",
              Function.<String>identity(),
              "For a new table: a partition transform such as 'month(date)'.")
          .many();
  private static final Parameter<String> SORT_BY =
      Parameter.query(
              "sortBy",
              Function.<String>identity(),
              "For a new table: a sort field such as 'date desc'.")
          .many();

  private final Lakes lakes;

  RowRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** What deletes rows. */
  @Doc("Rows to delete.")
  record DeleteRows(
      @Doc("An SQL condition over the table's columns.") String where,
      Optional<String> branch,
      Optional<String> author,
      Optional<String> message,
      Map<String, String> properties) {}

  /** What changes rows. */
  @Doc("Rows to change.")
  record UpdateRows(
      @Doc("An SQL expression per column; all see the row as it was.") Map<String, String> set,
      @Doc("An SQL condition over the table's columns; all rows if left out.")
          Optional<String> where,
      Optional<String> branch,
      Optional<String> author,
      Optional<String> message,
      Map<String, String> properties) {}

  /** How far an ingest is. */
  record ProgressView(String phase, long rows, long bytes, long percent) {
    static ProgressView of(IngestProgress progress) {
      return new ProgressView(
          progress.phase().name().toLowerCase(Locale.ROOT),
          progress.rows(),
          progress.bytes(),
          (long) progress.percent());
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.POST, TABLE_PATH + "/rows", "ingest")
            .group(GROUP)
            .summary("Puts a file's rows into a table, which is created if it is missing.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, TABLE, BRANCH, FORMAT, MODE, KEY, PARTITION_BY, SORT_BY)
            .takes(AUTHOR, MESSAGE, PROPERTY)
            .upload()
            .writes()
            .answers(200, WriteView.class, "What was written.")
            .alsoAnswers(
                200,
                MediaTypes.JSON_LINES,
                "With 'Accept: application/x-ndjson': progress as {phase, rows, bytes, percent} once the"
                    + " file has arrived, and a last line {result} or {error}.")
            .handledBy(this::ingest),
        Route.of(Method.POST, TABLE_PATH + "/delete", "deleteRows")
            .group(GROUP)
            .summary("Deletes rows; only files that hold some are written anew.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, TABLE)
            .body(DeleteRows.class)
            .writes()
            .answers(200, WriteView.class, "What was changed.")
            .handledBy(this::delete),
        Route.of(Method.POST, TABLE_PATH + "/update", "updateRows")
            .group(GROUP)
            .summary("Changes rows; only files that hold some are written anew.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, TABLE)
            .body(UpdateRows.class)
            .writes()
            .answers(200, WriteView.class, "What was changed.")
            .handledBy(this::update));
  }

  private Reply ingest(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    WriteOptions options = CommitBody.options(request);
    TableName table = request.get(TABLE);
    List<String> key =
        request.all(KEY).stream()
            .flatMap(text -> Arrays.stream(text.split(",", -1)))
            .map(String::strip)
            .toList();
    IngestRequest ingest =
        new IngestRequest(
            table,
            IngestSource.of(request.upload()),
            request.get(FORMAT),
            request.get(MODE),
            new NewTable(key, request.all(PARTITION_BY), request.all(SORT_BY)),
            options);
    if (request.asksFor(MediaTypes.JSON_LINES)) {
      return new Reply.Events(
          events -> view(options, table, lake.ingest().ingest(ingest, progress(events))));
    }
    return Reply.ok(view(options, table, lake.ingest().ingest(ingest, ProgressListener.NONE)));
  }

  /** Tells of what comes after the file has arrived. */
  private static ProgressListener progress(Consumer<Object> events) {
    return progress -> {
      if (progress.phase() != IngestProgress.Phase.RECEIVE) {
        events.accept(ProgressView.of(progress));
      }
    };
  }

  static WriteView view(WriteOptions options, TableName table, IngestResult result) {
    return new WriteView(
        options.branch().text(),
        result.commit().map(it -> CommitView.of(it.commit())),
        Optional.of(table.toString()),
        result.created(),
        Optional.of(result.rows()),
        Optional.of(result.files()),
        Optional.of(result.bytes()),
        Optional.of(result.rows()),
        Optional.of(result.replaced()),
        Optional.of(result.files()),
        Optional.empty());
  }

  private Reply delete(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    DeleteRows body = request.body(DeleteRows.class);
    WriteOptions options =
        CommitBody.options(
            request, body.branch(), body.author(), body.message(), body.properties());
    TableName table = request.get(TABLE);
    return Reply.ok(view(options, table, lake.edits().delete(options, table, body.where())));
  }

  private Reply update(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    UpdateRows body = request.body(UpdateRows.class);
    WriteOptions options =
        CommitBody.options(
            request, body.branch(), body.author(), body.message(), body.properties());
    TableName table = request.get(TABLE);
    return Reply.ok(
        view(
            options,
            table,
            lake.edits().update(options, table, body.set(), body.where().orElse("true"))));
  }

  static WriteView view(WriteOptions options, TableName table, ChangeResult result) {
    return new WriteView(
        options.branch().text(),
        result.commit().map(it -> CommitView.of(it.commit())),
        Optional.of(table.toString()),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(result.rowsAdded()),
        Optional.of(result.rowsDeleted()),
        Optional.of(result.filesAdded()),
        Optional.of(result.filesRemoved()));
  }
}
