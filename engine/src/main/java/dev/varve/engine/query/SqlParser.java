package dev.varve.engine.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/**
 * DuckDB's parser. Gives the tree that {@code json_serialize_sql} makes of a text; positions in it
 * are in bytes of UTF-8.
 */
final class SqlParser {
  /** Bounds what a text can make the parser do. */
  static final int MAX_BYTES = 128 * 1024;

  /**
   * The parser recurses and knows no bound for nested subqueries and joins: 4 KiB of stack for each
   * byte of a text was the most that was seen. Only what is used is ever backed by memory.
   */
  private static final long STACK_BYTES = 1L << 30;

  /** Deeper trees could overflow the stack of the thread that binds them. */
  private static final int MAX_DEPTH = 1000;

  private static final Pattern AT_CLAUSE =
      Pattern.compile("\\bAT\\s*\\(", Pattern.CASE_INSENSITIVE);
  private static final String ALIAS_FIRST =
      "an alias stands before AT: flights AS f AT (VERSION => 'v1')";

  private static final String NO_SELECT = "Only SELECT statements";

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_BYTES * 2)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final Duck duck;

  SqlParser(Duck duck) {
    this.duck = duck;
  }

  /**
   * Parses a text that holds one query.
   *
   * @return the statement, which has a {@code node}
   * @throws VarveException {@code invalid-sql} if it is not a query, or not one
   */
  ObjectNode parse(String sql) {
    requireSane(sql);
    JsonNode tree = read(onDeepStack("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", sql));
    if (tree.get("error").asBoolean()) {
      throw error(tree, sql);
    }
    JsonNode statements = tree.get("statements");
    if (statements.size() != 1) {
      throw new VarveException(
          ErrorCode.INVALID_SQL,
          "expected one query, found " + (statements.isEmpty() ? "none" : statements.size()),
          "send queries one at a time");
    }
    return (ObjectNode) statements.get(0);
  }

  /** The text of a statement that was changed. */
  String print(ObjectNode statement) {
    ObjectNode tree = JSON.createObjectNode().put("error", false);
    tree.putArray("statements").add(statement);
    return onDeepStack("SELECT json_deserialize_sql(?::JSON)", tree.toString());
  }

  /** Whether the text parses, but to something else than queries. */
  static boolean isNoSelect(VarveException e) {
    return e.code() == ErrorCode.INVALID_SQL && e.details().containsKey("statement");
  }

  private static void requireSane(String sql) {
    if (sql.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new VarveException(
          ErrorCode.PAYLOAD_TOO_LARGE, "the SQL text is longer than " + MAX_BYTES + " bytes");
    }
    if (sql.indexOf('\0') >= 0) {
      throw new VarveException(ErrorCode.INVALID_SQL, "the SQL text holds a null character");
    }
    if (Nesting.isTooDeep(sql)) {
      throw tooDeep();
    }
  }

  private static VarveException tooDeep() {
    return new VarveException(
        ErrorCode.INVALID_SQL, "the query is nested too deeply", "split it with CTEs");
  }

  private static VarveException error(JsonNode error, String sql) {
    String message = error.path("error_message").asText();
    if (message.startsWith(NO_SELECT)) {
      return new VarveException(
          ErrorCode.INVALID_SQL,
          "only queries can be run: this is another kind of statement",
          "write SELECT, VALUES, DESCRIBE, SUMMARIZE, SHOW TABLES or EXPLAIN; PIVOT needs IN (…)",
          java.util.Map.of("statement", "other"),
          null);
    }
    VarveException failure =
        error.has("position")
            ? TextPosition.of(sql, error.get("position").asInt()).error(message)
            : new VarveException(ErrorCode.INVALID_SQL, message);
    return AT_CLAUSE.matcher(sql).find()
        ? new VarveException(
            failure.code(), failure.getMessage(), ALIAS_FIRST, failure.details(), null)
        : failure;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw tooDeep();
    }
  }

  private String onDeepStack(String call, String argument) {
    CompletableFuture<String> result = new CompletableFuture<>();
    Runnable work =
        () -> {
          try {
            result.complete(call(call, argument));
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        };
    Thread thread = new Thread(null, work, "sql-parser", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return result.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof VarveException known ? known : e;
    }
  }

  private String call(String call, String argument) {
    try (DuckSession session = duck.trusted();
        PreparedStatement statement = session.connection().prepareStatement(call)) {
      statement.setString(1, argument);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    } catch (SQLException e) {
      throw new VarveException(ErrorCode.INVALID_SQL, e.getMessage(), null, java.util.Map.of(), e);
    }
  }
}
