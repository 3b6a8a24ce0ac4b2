package dev.varve.engine.ingest;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Map;

/** The errors of requests that do not go with the table. */
final class IngestErrors {
  private IngestErrors() {}

  static VarveException noKey(TableName table) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot upsert into '%s': no key says which rows are the same".formatted(table),
        "name the key columns, with '--key COLUMN' or in 'key'",
        Map.of("table", table.toString()),
        null);
  }

  static VarveException exists(TableName table, RefName branch) {
    return new VarveException(
        ErrorCode.TABLE_EXISTS,
        "table '%s' exists already on '%s'".formatted(table, branch),
        "choose another name, or drop it first",
        Map.of("table", table.toString(), "branch", branch.toString()),
        null);
  }

  /**
   * A layout that a table does not have.
   *
   * @param what its name for people
   * @param option how the command line asks for it
   */
  static VarveException otherLayout(
      TableName table, String what, String option, List<String> has, List<String> wanted) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "table '%s' exists with %s, not with the %s %s"
            .formatted(
                table,
                has.isEmpty() ? "no " + what : "the " + what + " " + String.join(", ", has),
                what,
                String.join(", ", wanted)),
        "leave it out to ingest into the table as it is, or make a table with it: "
            + "varve create NAME --as \"FROM %s\" %s '%s'"
                .formatted(table, option, String.join("' " + option + " '", wanted)),
        Map.of("table", table.toString()),
        null);
  }
}
