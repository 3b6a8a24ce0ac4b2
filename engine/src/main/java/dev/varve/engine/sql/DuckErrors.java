package dev.varve.engine.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.sql.SQLException;
import java.util.Map;

/** DuckDB's failures as Varve's errors. */
public final class DuckErrors {
  /** The detail with the place of the error in the statement, in bytes from 0, if it is known. */
  public static final String POSITION = "position";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KIND_END = " Error: ";

  /** The rest is about the statement or the data. */
  private static final Map<String, ErrorCode> KINDS =
      Map.of(
          "Out of Memory", ErrorCode.OUT_OF_MEMORY,
          "Permission", ErrorCode.FORBIDDEN,
          "INTERRUPT", ErrorCode.QUERY_TIMEOUT,
          "INTERNAL", ErrorCode.INTERNAL,
          "FATAL", ErrorCode.INTERNAL,
          "IO", ErrorCode.STORE_FAILED,
          "Not implemented", ErrorCode.UNSUPPORTED);

  private DuckErrors() {}

  /** The error that says the same, with DuckDB's message and the failure as its cause. */
  public static VarveException of(SQLException e) {
    String text = String.valueOf(e.getMessage());
    int json = text.indexOf("{\"exception_type\"");
    if (json >= 0) {
      try {
        return structured(JSON.readTree(text.substring(json)), e);
      } catch (JsonProcessingException notJson) {
        // Then it is a message like others.
      }
    }
    int kindEnd = text.indexOf(KIND_END);
    return kindEnd < 0
        ? error("", text, Map.of(), e)
        : error(
            text.substring(0, kindEnd), text.substring(kindEnd + KIND_END.length()), Map.of(), e);
  }

  private static VarveException structured(JsonNode error, SQLException e) {
    Map<String, String> details =
        error.has(POSITION) ? Map.of(POSITION, error.get(POSITION).asText()) : Map.of();
    return error(
        error.path("exception_type").asText(),
        error.path("exception_message").asText(),
        details,
        e);
  }

  private static VarveException error(
      String kind, String message, Map<String, String> details, SQLException e) {
    ErrorCode code = KINDS.getOrDefault(kind, ErrorCode.INVALID_SQL);
    return new VarveException(code, message.strip(), null, details, e);
  }
}
