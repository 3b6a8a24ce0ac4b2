package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Joins histories. Every call either does all of its work or nothing, and a dry run answers what
 * the real one would do.
 */
public final class Merges {
  private final RemoteRepository repository;

  Merges(RemoteRepository repository) {
    this.repository = repository;
  }

  /** How a merge may end. */
  public enum Mode {
    /** A fast-forward where possible, else a merge commit. */
    AUTO,
    /** A merge commit in any case. */
    NO_FF,
    /** A fast-forward, or nothing. */
    FF_ONLY,
    /** One ordinary commit with all changes and a single parent. */
    SQUASH
  }

  /** Whether to do it or only to tell what would be done. */
  public enum Run {
    REAL,
    DRY,
    /** Make the commit on a branch of its own, to be looked at and published. */
    PREPARE
  }

  /** The ways in which such a call ends without an error. */
  public enum Outcome {
    FAST_FORWARDED,
    MERGED,
    UP_TO_DATE,
    /** Both sides changed one thing; nothing was written. */
    CONFLICTED
  }

  /**
   * What was done, or would be.
   *
   * @param base the merge base's id
   * @param ours the id of the commit that the branch stood at
   * @param theirs the id of the commit that was merged into it
   * @param commit the commit that the branch stands at now; empty if it did not move
   * @param tables the tables concerned, and how each was merged
   * @param conflicts what stands in the way; empty unless conflicted
   * @param prepared what waits to be published, if that was asked for
   */
  public record Report(
      Outcome outcome,
      boolean dryRun,
      Optional<String> base,
      Optional<String> ours,
      Optional<String> theirs,
      Optional<Commit> commit,
      List<TableMerge> tables,
      List<Conflict> conflicts,
      Optional<Prepared> prepared) {}

  /**
   * A merge, cherry-pick, revert or rebase that waits to be published.
   *
   * @param name the branch that it is on: a revision for every reader
   * @param into the branch to publish to
   * @param from the revision that was named, and {@code source} its commit; for a rebase, what
   *     commits are put on, and the commit that is done last
   * @param ours where the branch stood; for a rebase, what that commit is put on
   * @param state "ready"; "behind" if the branch has moved since; "conflicted"; or "unfinished" if
   *     a rebase was interrupted
   * @param commit what will be published; in conflict, what holds the conflicts
   * @param conflicts what is in the way
   * @param rebase how far it is, if it is a rebase
   */
  public record Prepared(
      String name,
      String verb,
      String into,
      String from,
      String source,
      String ours,
      String state,
      Commit commit,
      List<KeptConflict> conflicts,
      Optional<RebaseProgress> rebase) {}

  /**
   * How far a prepared rebase is.
   *
   * @param onto the commit that the branch's commits are put on
   * @param head where the branch stood, and must stand to be moved
   * @param step which of its commits conflicts, or was done last, from 1
   * @param steps how many there are
   */
  public record RebaseProgress(String onto, String head, long step, long steps) {}

  /**
   * A conflict of a prepared merge.
   *
   * @param details the values by name
   * @param rows the table with the cells and rows in conflict, on the branch of the prepared merge,
   *     if any are known
   * @param count how many there are
   * @param task what another engine is to do, if rows are to be merged by one
   * @param choice what there is to choose between, if it is something else that can be answered
   */
  public record KeptConflict(
      String table,
      String code,
      String message,
      Optional<String> hint,
      Optional<JsonNode> details,
      Optional<String> rows,
      long count,
      Optional<RowTask> task,
      Optional<Choice> choice) {}

  /**
   * What there is to choose between in a conflict of metadata, or of a whole table or view.
   *
   * @param id names the conflict, for as long as both sides are what they are
   * @param table holds what is said, on the branch of the prepared merge
   * @param part what is in conflict, such as {@code name of column 'price'}
   * @param base what it was, as text, and {@code ours} and {@code theirs} what it is
   * @param winners who may win, of {@code ours}, {@code theirs}, {@code base} and {@code value}
   * @param value what may be given: {@code text}, {@code column-name}, {@code type} or {@code
   *     table-name}
   */
  public record Choice(
      String id,
      String table,
      String part,
      Optional<String> base,
      String ours,
      String theirs,
      List<String> winners,
      Optional<String> value) {}

  /**
   * A merge of one table's rows that another engine does.
   *
   * @param id to be told in the summary of the snapshot that does it
   * @param files the table that lists the files to compare, on the branch of the prepared merge
   * @param fileCount how many files these are
   * @param conflicts the table to make of what the sides disagree on, if they do
   * @param key the field ids of the row key, empty if rows are a bag
   * @param strategy who wins where nothing more precise is said
   * @param strategies who wins, by the name of a column
   * @param rules by the name of a column, the expression that computes its cells
   */
  public record RowTask(
      String id,
      String files,
      long fileCount,
      String conflicts,
      List<Long> key,
      Winner strategy,
      SortedMap<String, Winner> strategies,
      SortedMap<String, String> rules) {}

  /**
   * A conflict, and how much of it is not resolved.
   *
   * @param open how many cells and rows nothing is said of; for a conflict of another kind 1, or 0
   *     if it is answered
   * @param take who wins, if it is of another kind and answered
   * @param value what was given, if that wins
   */
  public record OpenConflict(
      KeptConflict conflict, long open, Optional<String> take, Optional<String> value) {}

  /** Which value wins. */
  public enum Take {
    OURS,
    THEIRS,
    BASE,
    VALUE,
    /** None: what was said before is taken back. */
    NONE
  }

  /**
   * What is to be said of conflicts.
   *
   * @param table all conflicts of this table, of rows or of others
   * @param conflict one that is not between rows, by its id; with neither a table nor this, all
   *     that are not between rows
   * @param key of one row: its value, or {@code column=value} for each column of the key
   * @param where an SQL condition: for rows over key, cell, kind, base, ours and theirs; for other
   *     conflicts over id, subject, code, part, base, ours, theirs and take
   * @param column only conflicts between rows in this column
   * @param value for {@link Take#VALUE}: for rows an SQL expression over the same, for other
   *     conflicts a name, a type or a text as it is
   */
  public record Resolution(
      Optional<String> table,
      Optional<String> conflict,
      List<String> key,
      Optional<String> where,
      Optional<String> column,
      Take take,
      Optional<String> value) {}

  /**
   * What was said of conflicts.
   *
   * @param resolved of how many
   * @param open how many are left of which nothing is said
   * @param consequence what comes of it, where that is not plain: the rows of a table without a row
   *     key are taken from one side as a whole
   */
  public record Resolved(long resolved, long open, Optional<String> consequence) {}

  /** What came of publishing. */
  public enum Published {
    PUBLISHED,
    /** The branch had moved: nothing was published, and it was prepared again. */
    PREPARED_AGAIN,
    /** The branch has all of it by now: it did not move, and the prepared merge is gone. */
    UP_TO_DATE
  }

  /**
   * What came of publishing.
   *
   * @param into the branch
   * @param commit where it stands now, unless it was prepared again
   * @param merge what was prepared, if it was prepared again
   */
  public record Publication(
      Published outcome, String into, Optional<Commit> commit, Optional<Report> merge) {}

  /**
   * How one table was merged.
   *
   * @param level the cheapest way that was exact: {@code pointer}, {@code metadata}, {@code files}
   *     or {@code rows}
   * @param action {@code ours}, {@code theirs}, {@code merged}, {@code added} or {@code removed}
   * @param detail what that means in files and rows, as a sentence
   * @param filesAdded data files that the table gains, and {@code filesRemoved} those it loses
   * @param rows what was compared: rows at the level {@code rows}, the keys of added files at the
   *     level {@code files}, and columns that one side dropped; empty if nothing was
   */
  public record TableMerge(
      String table,
      String level,
      String action,
      Optional<String> detail,
      long filesAdded,
      long filesRemoved,
      Optional<RowWork> rows) {}

  /**
   * What a merge of rows read and did.
   *
   * @param baseFiles data files of base that were compared, and {@code oursFiles} and {@code
   *     theirsFiles} those of the sides
   * @param rowsRead the rows in these files
   * @param rowsChanged rows that theirs added, changed or removed
   * @param rowsWritten rows that came to ours anew or in another form
   * @param rowsRemoved rows of ours that went or were replaced
   * @param filesRewritten files of ours that held such rows
   * @param filesSpliced those of them that were put together of both sides' columns
   */
  public record RowWork(
      long baseFiles,
      long oursFiles,
      long theirsFiles,
      long rowsRead,
      long rowsChanged,
      long rowsWritten,
      long rowsRemoved,
      long filesRewritten,
      long filesSpliced) {}

  /**
   * A table that both sides changed in ways that do not go together.
   *
   * @param details the values by name; none if the server gave none
   * @param rows the cells and rows, if it is these
   */
  public record Conflict(
      String table,
      String code,
      String message,
      Optional<String> hint,
      Optional<JsonNode> details,
      Optional<RowConflicts> rows) {
    /** Which commit of each side changed it last, as a sentence, as far as the server knows. */
    public Optional<String> changedBy() {
      List<String> parts =
          Stream.of("ours", "theirs")
              .flatMap(
                  side ->
                      detail(side + "-commit").stream()
                          .map(id -> "by %s in %s".formatted(Commit.shortened(id), side)))
              .toList();
      return parts.isEmpty()
          ? Optional.empty()
          : Optional.of("last changed " + String.join(", ", parts));
    }

    private Optional<String> detail(String name) {
      return details.map(it -> it.path(name).asText()).filter(text -> !text.isEmpty());
    }

    /** What each side did to the files of the table, as sentences, if it is a conflict of rows. */
    public List<String> sides() {
      return rows.isEmpty()
          ? List.of()
          : Stream.of("ours", "theirs")
              .flatMap(side -> detail(side).stream().map(text -> side + " " + text))
              .toList();
    }
  }

  /**
   * A page of cells and rows in conflict.
   *
   * @param count how many there are in all, and {@code rows} in how many rows
   */
  public record RowConflicts(long count, long rows, List<RowConflict> items) {}

  /**
   * One cell or row on which the sides disagree.
   *
   * @param kind such as {@code changed-on-both-sides}
   * @param key the row key by column, empty for a table without one
   * @param column the column, empty if the whole row is meant
   * @param base the value, empty if that is null; or the row by column, empty if base has none
   */
  public record RowConflict(
      String kind,
      Optional<JsonNode> key,
      Optional<String> column,
      Optional<JsonNode> base,
      Optional<JsonNode> ours,
      Optional<JsonNode> theirs) {}

  /** Who wins where both sides changed one thing. */
  public enum Winner {
    /** Nobody: it is a conflict. */
    FAIL,
    OURS,
    THEIRS
  }

  /**
   * How conflicts between rows are settled, and which of the rest are listed.
   *
   * @param strategy who wins where nothing more precise is said
   * @param strategies who wins, by the name of a table or of a column of one
   * @param rules by the name of a column, SQL expressions over base, ours and theirs that compute a
   *     cell which both sides changed; by the name of a table, such that say who wins these cells
   *     of a row, {@code 'ours'} or {@code 'theirs'}
   * @param offset how many conflicts of each table to skip, and {@code limit} how many to list
   * @param rowLimit how many bytes of a table's files the server compares row by row, at most; the
   *     rows of a table with more are left to another engine. As the server is set if empty
   */
  public record ConflictOptions(
      Winner strategy,
      SortedMap<String, Winner> strategies,
      SortedMap<String, String> rules,
      long offset,
      int limit,
      Optional<Long> rowLimit) {
    /** Conflicts are told, the first 20 of each table. */
    public static final ConflictOptions NONE =
        new ConflictOptions(Winner.FAIL, new TreeMap<>(), new TreeMap<>(), 0, 20, Optional.empty());

    /** The same, with another limit in bytes; 0 leaves all rows to another engine. */
    public ConflictOptions withRowLimit(long limit) {
      return new ConflictOptions(
          strategy, strategies, rules, offset, this.limit, Optional.of(limit));
    }

    public ConflictOptions {
      strategies = Collections.unmodifiableSortedMap(new TreeMap<>(strategies));
      rules = Collections.unmodifiableSortedMap(new TreeMap<>(rules));
    }
  }

  /** Merges the revision {@code from} into the branch {@code into}. */
  public Report merge(String from, String into, Mode mode, Run run, CommitOptions options) {
    return merge(from, into, mode, run, options, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public Report merge(
      String from,
      String into,
      Mode mode,
      Run run,
      CommitOptions options,
      ConflictOptions conflicts) {
    return send(
        "/merge",
        Fields.of("from", from)
            .and("into", into)
            .and("mode", mode)
            .and("conflicts", told(conflicts)),
        run,
        options);
  }

  /**
   * Undoes one commit on a branch and keeps the later ones.
   *
   * @param mainline for a merge commit, the number (from 1) of the parent to go back to
   */
  public Report revert(
      String commit, String branch, Optional<Long> mainline, Run run, CommitOptions options) {
    return revert(commit, branch, mainline, run, options, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public Report revert(
      String commit,
      String branch,
      Optional<Long> mainline,
      Run run,
      CommitOptions options,
      ConflictOptions conflicts) {
    return send(
        "/revert",
        Fields.of("commit", commit)
            .and("branch", branch)
            .and("mainline", mainline)
            .and("conflicts", told(conflicts)),
        run,
        options);
  }

  /**
   * Repeats one commit's change on a branch.
   *
   * @param mainline for a merge commit, the number (from 1) of the parent to compare it with
   */
  public Report cherryPick(
      String commit, String onto, Optional<Long> mainline, Run run, CommitOptions options) {
    return cherryPick(commit, onto, mainline, run, options, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public Report cherryPick(
      String commit,
      String onto,
      Optional<Long> mainline,
      Run run,
      CommitOptions options,
      ConflictOptions conflicts) {
    return send(
        "/cherry-pick",
        Fields.of("commit", commit)
            .and("onto", onto)
            .and("mainline", mainline)
            .and("conflicts", told(conflicts)),
        run,
        options);
  }

  /** The ways in which a rebase ends. */
  public enum RebaseOutcome {
    UP_TO_DATE,
    /** The branch had no commits of its own, and was moved. */
    FAST_FORWARDED,
    REBASED,
    /** A commit conflicts with what is there; nothing was changed. */
    CONFLICTED
  }

  /**
   * A commit that was done again.
   *
   * @param made what it became; empty if all that it did is there already, or it conflicts
   * @param conflicts what stands in its way
   */
  public record RebaseStep(Commit original, Optional<Commit> made, List<Conflict> conflicts) {}

  /**
   * What a rebase did, or would do.
   *
   * @param before the commit where the branch stood, and {@code onto} where its commits went
   * @param commit where the branch stands now; empty if it did not move; or what was prepared
   * @param steps the branch's commits, the oldest first
   * @param prepared what waits to be published, if that was asked for
   */
  public record Rebase(
      RebaseOutcome outcome,
      boolean dryRun,
      String before,
      String onto,
      Optional<Commit> commit,
      List<RebaseStep> steps,
      Optional<Prepared> prepared) {}

  /** Does the commits of a branch again on top of a revision, all or none. */
  public Rebase rebase(
      String branch, String onto, Run run, CommitOptions who, ConflictOptions conflicts) {
    try {
      return repository.write(
          repository.call("POST", "/rebase"),
          Fields.of("branch", branch)
              .and("onto", onto)
              .and("dryRun", run == Run.DRY)
              .and("prepare", run == Run.PREPARE)
              .and("conflicts", told(conflicts))
              .and("author", who.author())
              .values(),
          Rebase.class);
    } catch (VarveException refusal) {
      if (refusal.status() == 409 && refusal.details().has("steps")) {
        return Json.read(refusal.details(), Rebase.class);
      }
      throw refusal;
    }
  }

  /** The merges that wait to be published. */
  public Listing<Prepared> prepared() {
    return Paging.listing(
        repository.transport(), () -> repository.call("GET", "/prepared"), Prepared.class);
  }

  /** The prepared merge of a name such as {@code merge/1}. */
  public Prepared prepared(String name) {
    return repository.get(repository.call("GET", "/prepared").refSegments(name), Prepared.class);
  }

  /** Moves the branch to exactly the prepared commit; if it has moved, prepares again instead. */
  public Publication publish(String name, CommitOptions who) {
    return repository.write(
        repository.call("POST", "/prepared-publish"),
        Fields.of("name", name).and("author", who.author()).values(),
        Publication.class);
  }

  /** What is in the way of a prepared merge. */
  public Listing<OpenConflict> conflicts(String name) {
    return Paging.listing(
        repository.transport(),
        () -> repository.call("GET", "/prepared-conflicts").refSegments(name),
        OpenConflict.class);
  }

  /** Says of conflicts of a prepared merge which value wins. */
  public Resolved resolve(String name, Resolution resolution, CommitOptions who) {
    return repository.write(
        repository.call("POST", "/prepared-resolve"),
        Fields.of("name", name)
            .and("table", resolution.table())
            .and("conflict", resolution.conflict())
            .and("key", resolution.key())
            .and("where", resolution.where())
            .and("column", resolution.column())
            .and("take", resolution.take())
            .and("value", resolution.value())
            .and("author", who.author())
            .values(),
        Resolved.class);
  }

  /** Makes the commit of a merge whose conflicts are resolved; it is to be published then. */
  public Report finish(String name, CommitOptions who) {
    return finish(name, who, Optional.empty());
  }

  /**
   * As above.
   *
   * @param rowLimit how many bytes of a table's files the server compares row by row from now on,
   *     at most, though it waits for another engine; as it was prepared if empty
   */
  public Report finish(String name, CommitOptions who, Optional<Long> rowLimit) {
    return repository.write(
        repository.call("POST", "/prepared-finish"),
        Fields.of("name", name).and("author", who.author()).and("rowLimit", rowLimit).values(),
        Report.class);
  }

  /** Forgets a prepared merge; the branch is not concerned. */
  public Prepared abandon(String name, CommitOptions who) {
    return repository.write(
        repository.call("POST", "/prepared-abandon"),
        Fields.of("name", name).and("author", who.author()).values(),
        Prepared.class);
  }

  /** What differs from what the server does by itself. */
  private static Optional<ConflictOptions> told(ConflictOptions conflicts) {
    return Optional.of(conflicts).filter(it -> !it.equals(ConflictOptions.NONE));
  }

  private Report send(String path, Fields fields, Run run, CommitOptions options) {
    try {
      return repository.write(
          repository.call("POST", path),
          (run == Run.PREPARE ? fields.and("prepare", true) : fields.and("dryRun", run == Run.DRY))
              .and(options)
              .values(),
          Report.class);
    } catch (VarveException refusal) {
      if (refusal.status() == 409 && refusal.details().has("conflicts")) {
        return Json.read(refusal.details(), Report.class);
      }
      throw refusal;
    }
  }
}
