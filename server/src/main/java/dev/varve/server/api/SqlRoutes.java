package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.engine.Lake;
import dev.varve.engine.query.QueryLimits;
import dev.varve.engine.query.QueryResult;
import dev.varve.engine.query.ResultFormat;
import dev.varve.engine.query.SqlQuery;
import dev.varve.server.http.Doc;
import dev.varve.server.http.HttpErrorCode;
import dev.varve.server.http.MediaTypes;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.RequestRefused;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Queries. */
final class SqlRoutes {
  private final Lakes lakes;
  private final QuerySettings settings;

  SqlRoutes(Lakes lakes, QuerySettings settings) {
    this.lakes = lakes;
    this.settings = settings;
  }

  /** How rows are written. */
  enum Format {
    @JsonProperty("json")
    JSON(ResultFormat.JSON),
    @JsonProperty("jsonl")
    JSONL(ResultFormat.JSONL),
    @JsonProperty("csv")
    CSV(ResultFormat.CSV),
    @JsonProperty("arrow")
    ARROW(ResultFormat.ARROW),
    @JsonProperty("parquet")
    PARQUET(ResultFormat.PARQUET);

    private final ResultFormat format;

    Format(ResultFormat format) {
      this.format = format;
    }
  }

  /** What queries. */
  @Doc("A query to run.")
  record QueryBody(
      @Doc(
              "One SELECT; a table may have a revision of its own: FROM flights AT (VERSION =>"
                  + " 'v1').")
          String sql,
      @Doc("Where tables are read that the text gives no revision of their own; else 'main'.")
          Optional<String> ref,
      @Doc("'json' if left out.") Optional<Format> format,
      @Doc("The most rows to give; else a query with more than the server's limit fails.")
          OptionalLong maxRows,
      @Doc("At most the server's own limit.") OptionalLong timeoutSeconds) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.POST, REPOSITORY_PATH + "/sql", "query")
            .group("SQL")
            .summary("Runs a query and streams its rows; it reads tables and nothing else.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO)
            .body(QueryBody.class)
            .answers(
                200,
                List.of(
                    MediaTypes.JSON,
                    MediaTypes.JSON_LINES,
                    MediaTypes.CSV,
                    MediaTypes.ARROW,
                    MediaTypes.PARQUET),
                "The rows; as JSON, {columns: [{name, type}], rows: [[…]], truncated}. When a"
                    + " query fails after rows went out, the connection is cut.")
            .handledBy(this::query));
  }

  private Reply query(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    QueryBody body = request.body(QueryBody.class);
    Format format = body.format().orElse(Format.JSON);
    SqlQuery query =
        new SqlQuery(body.sql(), Revision.parse(body.ref().orElse("main")), limits(body));
    return Reply.stream(format.format.mediaType(), out -> run(lake, query, body, format, out));
  }

  private static void run(
      Lake lake, SqlQuery query, QueryBody body, Format format, OutputStream out)
      throws IOException {
    try (QueryResult result = lake.sql().query(query)) {
      result.writeTo(out, format.format);
      boolean asked = body.maxRows().orElse(Long.MAX_VALUE) <= query.limits().maxRows();
      if (result.truncated() && format != Format.JSON && !asked) {
        throw tooManyRows(query.limits().maxRows());
      }
    }
  }

  /** Formats that cannot say that rows are missing must not end as if none were. */
  private static VarveException tooManyRows(long limit) {
    return new VarveException(
        ErrorCode.PAYLOAD_TOO_LARGE,
        String.format(Locale.ROOT, "the query gives more than %,d rows", limit),
        "give 'maxRows' to have the first ones, or aggregate in the query");
  }

  private QueryLimits limits(QueryBody body) {
    long maxRows = Math.min(body.maxRows().orElse(Long.MAX_VALUE), settings.maxRows());
    Duration timeout = settings.timeout(body.timeoutSeconds());
    if (maxRows < 0) {
      throw new RequestRefused(HttpErrorCode.INVALID_BODY, "'maxRows' must not be negative");
    }
    return QueryLimits.defaults().withTimeout(timeout).withMaxRows(maxRows);
  }
}
