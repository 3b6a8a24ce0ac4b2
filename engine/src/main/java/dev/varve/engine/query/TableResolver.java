package dev.varve.engine.query;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Nearest;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.query.QueryTables.QueryTable;
import dev.varve.engine.query.TableUse.At;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds the tables that one query names, each at its revision. */
final class TableResolver {
  private static final int LISTED = 1000;

  private final QueryTables tables;
  private final Revision revision;
  private final ObjectId commit;

  TableResolver(QueryTables tables, Revision revision) {
    this.tables = tables;
    this.revision = revision;
    this.commit = tables.commit(revision);
  }

  /** A table and the commit it is read at. */
  record Resolved(ObjectId commit, QueryTable table) {}

  /** The names of all tables at the query's own revision, {@code limit} at most. */
  List<String> names(int limit) {
    return names(commit, limit);
  }

  private List<String> names(ObjectId at, int limit) {
    return tables.paths(at, limit).stream().map(path -> String.join(".", path)).toList();
  }

  /**
   * Finds the table of a reference: at the revision of its AT clause, else of its name ({@code
   * "orders@v1.0"}), else of the query.
   *
   * @throws VarveException if there is no such table or revision
   */
  Resolved resolve(TableUse use) {
    List<String> path = use.path();
    if (use.at().isPresent()) {
      return find(path, revision(use.at().get()));
    }
    Optional<QueryTable> table = tables.find(commit, path);
    if (table.isPresent()) {
      return new Resolved(commit, table.get());
    }
    String last = path.get(path.size() - 1);
    int at = last.indexOf('@');
    if (at > 0) {
      List<String> bare = new ArrayList<>(path.subList(0, path.size() - 1));
      bare.add(last.substring(0, at));
      return find(bare, Revision.parse(last.substring(at + 1)));
    }
    return find(path, revision);
  }

  private Resolved find(List<String> path, Revision at) {
    ObjectId found = at.equals(revision) ? commit : tables.commit(at);
    return tables
        .find(found, path)
        .or(() -> findAlike(found, path))
        .map(table -> new Resolved(found, table))
        .orElseThrow(() -> notFound(found, path, at));
  }

  /** As in SQL, the case of a name does not matter where only one table has it. */
  private Optional<QueryTable> findAlike(ObjectId at, List<String> path) {
    String name = String.join(".", path);
    List<List<String>> alike =
        tables.paths(at, LISTED).stream()
            .filter(other -> String.join(".", other).equalsIgnoreCase(name))
            .toList();
    return alike.size() == 1 ? tables.find(at, alike.get(0)) : Optional.empty();
  }

  private VarveException notFound(ObjectId at, List<String> path, Revision where) {
    String name = String.join(".", path);
    Optional<List<String>> view = tables.viewDialects(at, path);
    if (view.isPresent()) {
      return isView(name, where, String.join(", ", view.get()));
    }
    List<String> near = NearNames.of(name, names(at, LISTED));
    return new VarveException(
        ErrorCode.TABLE_NOT_FOUND,
        "there is no table '%s' at '%s'".formatted(name, where.text()),
        near.isEmpty() ? "list the tables with SHOW TABLES" : Nearest.question(near),
        Map.of("table", name, "ref", where.text()),
        null);
  }

  private static VarveException isView(String name, Revision where, String dialects) {
    return new VarveException(
        ErrorCode.UNSUPPORTED,
        "'%s' is a view, written for %s, which queries here cannot read".formatted(name, dialects),
        "query it with %s, or take its text from 'varve views --ref %s --json' and query that"
            .formatted(dialects, where.text()),
        Map.of("view", name, "ref", where.text()),
        null);
  }

  private Revision revision(At at) {
    if (at instanceof At.Version version) {
      return Revision.parse(version.revision());
    }
    Instant time = time(((At.Time) at).timestamp());
    if (revision.start() instanceof Revision.Named named && revision.steps().isEmpty()) {
      return Revision.of(named.name(), time);
    }
    throw new VarveException(
        ErrorCode.INVALID_REVISION,
        "AT (TIMESTAMP => …) needs a branch, but the query is at '%s'".formatted(revision.text()),
        "name the branch in the clause: AT (VERSION => 'main@%s')".formatted(time));
  }

  private static Instant time(String text) {
    String iso = text.strip().replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) +", "$1T");
    List<Function<String, Instant>> forms =
        List.of(
            t -> OffsetDateTime.parse(t.replaceFirst("([+-]\\d\\d)$", "$1:00")).toInstant(),
            t -> LocalDateTime.parse(t).toInstant(ZoneOffset.UTC),
            t -> LocalDate.parse(t).atStartOfDay().toInstant(ZoneOffset.UTC));
    for (Function<String, Instant> form : forms) {
      try {
        return form.apply(iso);
      } catch (DateTimeException e) {
        // The next form may fit.
      }
    }
    throw new VarveException(
        ErrorCode.INVALID_SQL,
        "cannot read the timestamp '%s'".formatted(text),
        "write it as 2026-11-01 or 2026-11-01 12:00:00, in UTC if it has no zone");
  }
}
