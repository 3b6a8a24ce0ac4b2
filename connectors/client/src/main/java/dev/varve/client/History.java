package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The commits of a repository. */
public final class History {
  private final RemoteRepository repository;

  History(RemoteRepository repository) {
    this.repository = repository;
  }

  /**
   * Which commits to list.
   *
   * @param ref the revision to walk from
   * @param table only commits that changed this table
   * @param author only commits whose author contains this text
   * @param grep only commits whose message contains this text
   * @param since only commits at or after this time
   * @param until only commits at or before this time
   * @param parents whether to walk all parents or the first one only
   */
  public record LogQuery(
      String ref,
      Optional<String> table,
      Optional<String> author,
      Optional<String> grep,
      Optional<Instant> since,
      Optional<Instant> until,
      Parents parents) {

    /** Everything that can be reached from {@code ref}. */
    public static LogQuery of(String ref) {
      return new LogQuery(
          ref,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Parents.ALL);
    }
  }

  /** Which parents a walk follows. */
  public enum Parents {
    ALL,
    FIRST
  }

  /** A commit and what it changed, against its first parent. */
  public record CommitChanges(Commit commit, List<TableChange> changes) {}

  /**
   * A step of a ref.
   *
   * @param index 0 for the newest step
   * @param before where the ref stood; empty if it was made
   * @param after where it stood then; empty if it was deleted
   */
  public record ReflogEntry(
      String ref,
      long index,
      Optional<String> before,
      Optional<String> after,
      String who,
      Instant when,
      String why) {}

  /** What a revision names. */
  public record Resolved(String commit, Optional<String> ref, Optional<String> kind) {}

  /**
   * What to compare.
   *
   * @param table only this table
   * @param rows whether to list the rows that differ
   * @param rowOffset how many of the rows of each table to skip
   */
  public record DiffQuery(
      String from, String to, Optional<String> table, RowDetail rows, long rowOffset) {
    /** All tables, without their rows. */
    public static DiffQuery of(String from, String to) {
      return new DiffQuery(from, to, Optional.empty(), RowDetail.COUNTS, 0);
    }
  }

  /** Whether a comparison lists rows. */
  public enum RowDetail {
    COUNTS,
    ROWS
  }

  /**
   * What to search for.
   *
   * @param good where the check held
   * @param bad where it does not hold; it was made on the good one
   * @param sql a query that gives one boolean
   * @param parents whether to look into what was merged, too
   * @param timeoutSeconds when to give up a query; the server's own limit when empty
   */
  public record BisectQuery(
      String good, String bad, String sql, Parents parents, Optional<Long> timeoutSeconds) {}

  /**
   * One question of a bisection.
   *
   * @param holds whether the check held at the commit
   * @param suspects how many commits may be the first bad one after it
   */
  public record BisectStep(Commit commit, boolean holds, long suspects) {}

  /**
   * What a bisection found.
   *
   * @param suspects among how many commits the first bad one was
   */
  public record Bisection(Commit firstBad, long suspects, List<BisectStep> steps) {}

  /**
   * Finds the commit that broke a check, in O(log commits) queries.
   *
   * @param listener is told of each step when it is done
   */
  public Bisection bisect(BisectQuery query, Consumer<BisectStep> listener) {
    Transport transport = repository.transport();
    return Json.read(
        Events.follow(
            transport,
            transport.stream(
                repository.call("POST", "/bisect"),
                Transport.Body.json(
                    Fields.of("good", query.good())
                        .and("bad", query.bad())
                        .and("sql", query.sql())
                        .and("firstParent", query.parents() == Parents.FIRST)
                        .and("timeoutSeconds", query.timeoutSeconds())
                        .values()),
                Events.MEDIA_TYPE),
            event -> listener.accept(Json.read(event.path("step"), BisectStep.class))),
        Bisection.class);
  }

  /** Commits, newest first: no commit before one of its children. */
  public Listing<Commit> log(LogQuery query) {
    return Paging.listing(
        repository.transport(),
        () -> {
          Call call =
              repository
                  .call("GET", "/log")
                  .with("ref", query.ref())
                  .with("table", query.table())
                  .with("author", query.author())
                  .with("grep", query.grep())
                  .with("since", query.since())
                  .with("until", query.until());
          return query.parents() == Parents.FIRST ? call.with("firstParent", "true") : call;
        },
        Commit.class);
  }

  /**
   * A commit that changed a row.
   *
   * @param kind {@code added}, {@code removed} or {@code changed}
   * @param columns the columns that changed; all if the row was added or removed
   * @param before the row by column; empty if it was added
   * @param after likewise; empty if it was removed
   */
  public record RowCommit(
      Commit commit,
      String kind,
      List<String> columns,
      Optional<JsonNode> before,
      Optional<JsonNode> after) {}

  /** A cell and the commit that last wrote it. */
  public record BlamedCell(String column, JsonNode value, Commit commit) {}

  /**
   * Who last wrote each cell of a row.
   *
   * @param cells in the table's order
   * @param commitsRead how many commits the server looked at, and {@code filesRead} data files
   */
  public record Blame(List<BlamedCell> cells, long commitsRead, long filesRead) {}

  /**
   * The commits that changed a row of a table with a row key, newest first.
   *
   * @param ref the revision to walk from
   * @param key the value of the key, or {@code column=value} for each of its columns
   */
  public Listing<RowCommit> log(String ref, String table, List<String> key) {
    return Paging.listing(
        repository.transport(), () -> row(ref, table, "/log", key), RowCommit.class);
  }

  /**
   * Who last wrote each cell of a row.
   *
   * @param ref the revision where the row is looked at
   * @param key as for {@link #log(String, String, List)}
   */
  public Blame blame(String ref, String table, List<String> key) {
    return repository.get(row(ref, table, "/blame", key), Blame.class);
  }

  private Call row(String ref, String table, String what, List<String> key) {
    Call call = repository.call("GET", "/tables").segment(table).fixed(what).with("ref", ref);
    key.forEach(value -> call.with("key", value));
    return call;
  }

  /** A commit and what it changed. */
  public CommitChanges show(String revision) {
    return repository.get(
        repository.call("GET", "/commits").refSegments(revision), CommitChanges.class);
  }

  /** The steps of a ref, newest first; those of a deleted branch as well. */
  public Listing<ReflogEntry> reflog(String ref) {
    return Paging.listing(
        repository.transport(),
        () -> repository.call("GET", "/reflog").with("ref", ref),
        ReflogEntry.class);
  }

  /** The commit that a revision names. */
  public Resolved resolve(String revision) {
    return repository.get(
        repository.call("GET", "/revisions").with("rev", revision), Resolved.class);
  }

  /** What differs between two revisions, by table name. */
  public Listing<TableChange> diff(DiffQuery query) {
    return Paging.listing(
        repository.transport(),
        () -> {
          Call call =
              repository
                  .call("GET", "/diff")
                  .with("from", query.from())
                  .with("to", query.to())
                  .with("table", query.table());
          return query.rows() == RowDetail.ROWS
              ? call.with("rows", "true").with("rowOffset", Long.toString(query.rowOffset()))
              : call;
        },
        TableChange.class);
  }
}
