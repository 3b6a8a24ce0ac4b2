package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * The tables of a repository. A name is {@code namespace.table}, or bare for the default namespace.
 */
public final class Tables {
  private final RemoteRepository repository;

  Tables(RemoteRepository repository) {
    this.repository = repository;
  }

  /** An entry of a list of tables; counts are those of the current snapshot. */
  public record Summary(
      String name, String type, Optional<Long> rows, Optional<Long> files, Optional<Long> bytes) {}

  /**
   * A table at a commit.
   *
   * @param id the table's own id, which stays across renames and branches
   * @param commit the commit that was read
   * @param key the columns whose values name a row; empty if it has no key
   */
  public record Details(
      String name,
      String id,
      String commit,
      Schema schema,
      List<String> partitionBy,
      List<String> sortBy,
      List<String> key,
      SortedMap<String, String> properties,
      Optional<Long> rows,
      Optional<Long> files,
      Optional<Long> bytes,
      Optional<Long> snapshotId,
      long formatVersion,
      String location,
      String metadataLocation) {}

  /** The columns of a table. */
  public record Schema(List<Field> fields) {}

  /** A column: its Iceberg field id, its name and its Iceberg type. */
  public record Field(long id, String name, String type, boolean required, Optional<String> doc) {}

  /**
   * A file of a table.
   *
   * @param content {@code data}, {@code position-deletes} or {@code equality-deletes}
   * @param partition the values that all its rows share, as text
   */
  public record DataFile(
      String path,
      String format,
      String content,
      Optional<String> partition,
      long rows,
      long bytes) {}

  /**
   * What an Iceberg engine reported of one scan of a table or one commit to it.
   *
   * @param kind {@code scan-report} or {@code commit-report}
   * @param files data files that the scan reads or the commit added, {@code bytes} their size
   * @param millis how long the planning or the commit took
   * @param report the whole report, in Iceberg's form
   */
  public record Report(
      String time,
      String engine,
      String ref,
      String kind,
      Optional<Long> snapshotId,
      Optional<Long> files,
      Optional<Long> bytes,
      Optional<Long> millis,
      JsonNode report) {}

  /** The newest reports on a table, the newest first. */
  public record Reports(List<Report> items) {}

  /**
   * A view, which an engine made.
   *
   * @param texts its SQL in each dialect that an engine wrote it in
   */
  public record View(
      String name,
      String id,
      String commit,
      List<ViewText> texts,
      Schema schema,
      String defaultNamespace,
      SortedMap<String, String> properties) {}

  /** The SQL of a view in the dialect of one engine. */
  public record ViewText(String dialect, String sql) {}

  /**
   * How a new table is laid out.
   *
   * @param key the columns whose values name a row
   * @param partitionBy Iceberg transforms, such as {@code month(date)} or {@code bucket(16, id)}
   * @param sortBy columns, each with {@code asc} or {@code desc} if wanted
   */
  public record Layout(List<String> key, List<String> partitionBy, List<String> sortBy) {
    /** No key, no partitions, no order. */
    public static final Layout PLAIN = new Layout(List.of(), List.of(), List.of());
  }

  /** What an ingest does with the rows that are there. */
  public enum Mode {
    APPEND,
    OVERWRITE,
    UPSERT
  }

  /**
   * How far an ingest is.
   *
   * @param phase {@code send} while the file is on its way, then what the server is doing
   * @param rows the rows that the server has processed so far, of which a sort counts each twice
   * @param bytes the bytes it has sent or read so far
   * @param percent how far the server estimates to be with the phase; 0 until it knows
   */
  public record Progress(String phase, long rows, long bytes, long percent) {}

  /** All tables at a revision, by name; of one namespace, or of all if it is empty. */
  public Listing<Summary> list(String ref, Optional<String> namespace) {
    return Paging.listing(
        repository.transport(),
        () -> repository.call("GET", "/tables").with("ref", ref).with("namespace", namespace),
        Summary.class);
  }

  /** What engines reported on the table of this name at a revision, under all its names. */
  public Reports reports(String name, String ref) {
    return repository.get(
        repository.call("GET", "/tables").segment(name).fixed("/metrics").with("ref", ref),
        Reports.class);
  }

  /** All views at a revision, by name; of one namespace, or of all if it is empty. */
  public Listing<View> views(String ref, Optional<String> namespace) {
    return Paging.listing(
        repository.transport(),
        () -> repository.call("GET", "/views").with("ref", ref).with("namespace", namespace),
        View.class);
  }

  /** A table at a revision. */
  public Details load(String name, String ref) {
    return repository.get(
        repository.call("GET", "/tables").segment(name).with("ref", ref), Details.class);
  }

  /** The files of a table at a revision. */
  public Listing<DataFile> files(String name, String ref) {
    return Paging.listing(
        repository.transport(),
        () -> repository.call("GET", "/tables").segment(name).fixed("/files").with("ref", ref),
        DataFile.class);
  }

  /**
   * Adds the rows of a file to a table, which is created from the file's schema if it is not there.
   * One commit; nothing is left behind if it fails.
   *
   * @param progress told of every step, from threads of the client as well; must be quick
   */
  public WriteResult ingest(
      String branch,
      String table,
      Upload upload,
      Mode mode,
      Layout layout,
      CommitOptions options,
      Consumer<Progress> progress) {
    Call call =
        repository
            .call("POST", "/tables")
            .segment(table)
            .fixed("/rows")
            .with("branch", branch)
            .with("format", upload.format())
            .with("mode", Json.word(mode));
    layout.key().forEach(column -> call.with("key", column));
    layout.partitionBy().forEach(transform -> call.with("partitionBy", transform));
    layout.sortBy().forEach(order -> call.with("sortBy", order));
    return Ingest.send(repository.transport(), call.with(options), upload, progress);
  }

  /** Makes a table from the result of a query over the tables at {@code ref}. */
  public WriteResult createAs(
      String branch, String table, String sql, String ref, Layout layout, CommitOptions options) {
    return repository.write(
        repository.call("POST", "/tables"),
        Fields.of("name", table)
            .and("branch", branch)
            .and("as", sql)
            .and("ref", ref)
            .and("key", nonEmpty(layout.key()))
            .and("partitionBy", nonEmpty(layout.partitionBy()))
            .and("sortBy", nonEmpty(layout.sortBy()))
            .and(options)
            .values(),
        WriteResult.class);
  }

  /** Drops a table from a branch; its files stay, for the history and other branches need them. */
  public WriteResult drop(String branch, String table, CommitOptions options) {
    Call call =
        repository.call("DELETE", "/tables").segment(table).with("branch", branch).with(options);
    return Json.read(repository.transport().write(call, Transport.Body.NONE), WriteResult.class);
  }

  /** Gives a table another name, in another namespace if need be. */
  public WriteResult rename(String branch, String table, String to, CommitOptions options) {
    return change(table, "/rename", Fields.of("to", to).and("branch", branch).and(options));
  }

  /** Removes the rows for which an SQL condition is true. */
  public WriteResult deleteRows(String branch, String table, String where, CommitOptions options) {
    return change(table, "/delete", Fields.of("branch", branch).and("where", where).and(options));
  }

  /**
   * Sets columns of the rows for which an SQL condition is true.
   *
   * @param set an SQL expression for each column to set
   */
  public WriteResult updateRows(
      String branch,
      String table,
      SortedMap<String, String> set,
      String where,
      CommitOptions options) {
    return change(
        table,
        "/update",
        Fields.of("branch", branch).and("set", set).and("where", where).and(options));
  }

  /**
   * Changes the shape of a table: all that is said, in this order, in one commit, or nothing. No
   * data file is rewritten.
   */
  public WriteResult alter(
      String branch, String table, List<Alteration> changes, CommitOptions options) {
    return change(
        table,
        "/schema",
        Fields.of("branch", branch)
            .and("changes", changes.stream().map(Tables::body).toList())
            .and(options));
  }

  private static JsonNode body(Alteration change) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("op", change.op());
    Json.tree(change).properties().forEach(field -> body.set(field.getKey(), field.getValue()));
    return body;
  }

  private WriteResult change(String table, String what, Fields body) {
    return repository.write(
        repository.call("POST", "/tables").segment(table).fixed(what),
        body.values(),
        WriteResult.class);
  }

  private static Optional<List<String>> nonEmpty(List<String> items) {
    return items.isEmpty() ? Optional.empty() : Optional.of(items);
  }

  static WriteResult result(JsonNode answer) {
    return Json.read(answer, WriteResult.class);
  }
}
