package dev.varve.server.api;

import dev.varve.catalog.history.Author;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.prepared.ChoiceResolution;
import dev.varve.engine.prepared.PreparedMerge;
import dev.varve.engine.prepared.PreparedMerges;
import dev.varve.engine.prepared.Resolution;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.table.TableName;
import dev.varve.server.http.Doc;
import dev.varve.server.http.HttpErrorCode;
import dev.varve.server.http.RequestRefused;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is to be said of conflicts, as a request says it. */
@Doc(
    "What is to be said of conflicts: which value wins. A 'conflict' names one by its id; a 'table'"
        + " means all conflicts of it, of rows or of others; neither means all that are not between"
        + " rows.")
record ResolveBody(
    @Doc("The prepared merge, such as merge/1.") String name,
    @Doc("The table or namespace in conflict.") Optional<String> table,
    @Doc("The id of one conflict that is not between rows.") Optional<String> conflict,
    @Doc("Of one row: its key, or 'column=value' for each column of the key; of all rows if empty.")
        List<String> key,
    @Doc(
            "An SQL condition. For rows over 'key', 'cell' (the column, null for a whole row),"
                + " 'kind', and the rows 'base', 'ours' and 'theirs', such as ours.price >"
                + " theirs.price; for other conflicts over the columns of their table: 'id',"
                + " 'subject', 'code', 'part', 'base', 'ours', 'theirs', 'take'.")
        Optional<String> where,
    @Doc("Only conflicts between rows in this column.") Optional<String> column,
    @Doc(
            "'ours', 'theirs', 'base', 'value' (with 'value', and for rows with 'column'), or 'none'"
                + " to take back what was said.")
        String take,
    @Doc(
            "For rows an SQL expression over the same, such as greatest(ours.price, theirs.price),"
                + " whose values the column can take; for other conflicts a name, a type or a text, as it is.")
        Optional<String> value,
    Optional<String> author) {

  /** Says it; returns of how many conflicts. */
  long resolve(PreparedMerges merges, Author who) {
    RefName merge = RefName.parse(name);
    return isOfRows(merges.load(merge))
        ? merges.resolve(
            merge,
            new Resolution(subject().orElseThrow(), key, condition(), column, winner(), value),
            who)
        : merges.resolve(
            merge, new ChoiceResolution(subject(), conflict, condition(), winner(), value), who);
  }

  /** What comes of it, where that is not plain. */
  Optional<String> consequence(PreparedMerge prepared) {
    return subject().flatMap(it -> prepared.consequence(it, winner()));
  }

  private boolean isOfRows(PreparedMerge prepared) {
    if (conflict.isPresent() || table.isEmpty()) {
      if (!key.isEmpty() || column.isPresent()) {
        throw new RequestRefused(
            HttpErrorCode.INVALID_BODY, "a 'key' and a 'column' go with a 'table' alone");
      }
      return false;
    }
    String subject = subject().orElseThrow().toString();
    boolean choice =
        prepared.conflicts().stream()
            .anyMatch(it -> it.choice().isPresent() && it.subject().equals(subject));
    return !choice || !key.isEmpty() || column.isPresent();
  }

  private Optional<TableName> subject() {
    return table.map(TableName::parse);
  }

  private String condition() {
    return where.orElse("true");
  }

  private Take winner() {
    return Stream.of(Take.values())
        .filter(each -> each.name().equalsIgnoreCase(take))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestRefused(
                    HttpErrorCode.INVALID_BODY,
                    "'take' must be ours, theirs, base, value or none, not '" + take + "'"));
  }
}
