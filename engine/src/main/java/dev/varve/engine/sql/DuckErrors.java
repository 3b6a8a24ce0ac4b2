package dev.varve.engine.sql;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** DuckDB's failures as Varve's errors. */
final class DuckErrors {
  /** DuckDB's message starts with the kind of the error. */
  private static final Map<String, ErrorCode> KINDS =
      Map.ofEntries(
          Map.entry("Out of Memory", ErrorCode.OUT_OF_MEMORY),
          Map.entry("Permission", ErrorCode.FORBIDDEN),
          Map.entry("INTERRUPT", ErrorCode.QUERY_TIMEOUT),
          Map.entry("INTERNAL", ErrorCode.INTERNAL),
          Map.entry("FATAL", ErrorCode.INTERNAL),
          Map.entry("IO", ErrorCode.STORE_FAILED),
          Map.entry("Not implemented", ErrorCode.UNSUPPORTED));

  private DuckErrors() {}

  static VarveException of(SQLException e) {
    return new VarveException(code(e), message(e), null, Map.of(), e);
  }

  static ErrorCode code(SQLException e) {
    return kind(e)
        .flatMap(kind -> Optional.ofNullable(KINDS.get(kind)))
        .orElse(ErrorCode.INVALID_SQL);
  }

  private static Optional<String> kind(SQLException e) {
    String text = String.valueOf(e.getMessage());
    int end = text.indexOf(" Error: ");
    return end < 0 ? Optional.empty() : Optional.of(text.substring(0, end));
  }

  /** DuckDB's first line without the kind, which the code says. */
  static String message(SQLException e) {
    String text = String.valueOf(e.getMessage());
    int start = text.indexOf(" Error: ");
    String rest = start < 0 ? text : text.substring(start + " Error: ".length());
    return rest.strip();
  }
}
