package dev.varve.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** SQL over the tables of a repository; it can only read. */
public final class Queries {
  private final RemoteRepository repository;

  Queries(RemoteRepository repository) {
    this.repository = repository;
  }

  /**
   * A query.
   *
   * @param ref the revision whose tables it reads, unless a table says {@code AT (VERSION => …)}
   * @param maxRows where to cut the result; the server's own limit when empty
   * @param timeoutSeconds when to give up; the server's own limit when empty
   */
  public record Query(
      String sql, String ref, Optional<Long> maxRows, Optional<Long> timeoutSeconds) {}

  /** A column of a result, with its SQL type. */
  public record Column(String name, String type) {}

  /** The forms in which a result can be had as bytes. */
  public enum Format {
    JSON("application/json"),
    JSONL("application/x-ndjson"),
    CSV("text/csv"),
    ARROW("application/vnd.apache.arrow.stream"),
    PARQUET("application/vnd.apache.parquet");

    private final String mediaType;

    Format(String mediaType) {
      this.mediaType = mediaType;
    }

    /** The value of {@code Content-Type} that belongs to the form. */
    public String mediaType() {
      return mediaType;
    }
  }

  /** Runs a query and gives its rows as they come; the caller closes the result. */
  public Rows run(Query query) {
    return new Rows(repository.transport(), stream(query, Format.JSON));
  }

  /**
   * Runs a query and gives the result's bytes as they come; the caller closes the stream. Reading
   * throws a {@link VarveException} {@code result-incomplete} if the server breaks off.
   */
  public InputStream stream(Query query, Format format) {
    Transport transport = repository.transport();
    return new ResultStream(
        transport,
        transport.stream(
            repository.call("POST", "/sql"),
            Transport.Body.json(
                Fields.of("sql", query.sql())
                    .and("ref", query.ref())
                    .and("format", format)
                    .and("maxRows", query.maxRows())
                    .and("timeoutSeconds", query.timeoutSeconds())
                    .values()),
            format.mediaType()));
  }

  /** A result that is read row by row. For one thread; close it when done, at its end or not. */
  public static final class Rows implements Iterator<List<JsonNode>>, Closeable {
    private final Transport transport;
    private final JsonParser parser;
    private final List<Column> columns;
    private Optional<List<JsonNode>> next = Optional.empty();
    private boolean ended;
    private boolean truncated;

    Rows(Transport transport, InputStream answer) {
      this.transport = transport;
      try {
        this.parser = Json.MAPPER.createParser(answer);
        this.columns = readColumns();
      } catch (IOException e) {
        throw transport.lost(e);
      }
    }

    /** The result's columns in order. */
    public List<Column> columns() {
      return columns;
    }

    /** Whether rows were left out because of a limit; known once the last row was read. */
    public boolean truncated() {
      return truncated;
    }

    @Override
    public boolean hasNext() {
      if (next.isEmpty() && !ended) {
        try {
          readRow();
        } catch (IOException e) {
          throw transport.lost(e);
        }
      }
      return next.isPresent();
    }

    /** The next row: one cell for each column. */
    @Override
    public List<JsonNode> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      List<JsonNode> row = next.orElseThrow();
      next = Optional.empty();
      return row;
    }

    @Override
    public void close() throws IOException {
      parser.close();
    }

    private List<Column> readColumns() throws IOException {
      List<Column> found = new ArrayList<>();
      expect(parser.nextToken(), JsonToken.START_OBJECT);
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        if (name.equals("rows")) {
          return List.copyOf(found);
        }
        JsonNode value = Json.MAPPER.readTree(parser);
        if (name.equals("columns")) {
          value.forEach(column -> found.add(Json.read(column, Column.class)));
        }
      }
      throw new IOException("the result has no rows");
    }

    private void readRow() throws IOException {
      if (parser.nextToken() != JsonToken.END_ARRAY) {
        List<JsonNode> row = new ArrayList<>(columns.size());
        JsonNode cells = Json.MAPPER.readTree(parser);
        cells.forEach(row::add);
        next = Optional.of(row);
        return;
      }
      ended = true;
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        JsonNode value = Json.MAPPER.readTree(parser);
        truncated |= name.equals("truncated") && value.asBoolean();
      }
      expect(parser.currentToken(), JsonToken.END_OBJECT);
    }

    private static void expect(JsonToken found, JsonToken expected) throws IOException {
      if (found != expected) {
        throw new IOException("the result broke off");
      }
    }
  }
}
