package dev.varve.engine.query;

import java.util.Locale;
import java.util.Set;

/**
 * The functions that users' SQL may call. The sandbox stops what reaches out of the process; this
 * stops what would tell of the process itself or of the views behind the tables.
 */
final class Functions {
  /** Table functions come from a short list: most of DuckDB's read files or its own state. */
  private static final Set<String> TABLE_FUNCTIONS =
      Set.of(
          "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree");

  private static final Set<String> REFUSED =
      Set.of(
          "current_setting",
          "current_query",
          "current_query_id",
          "current_connection_id",
          "current_transaction_id",
          "txid_current",
          "getvariable",
          "getenv",
          "write_log",
          "nextval",
          "currval",
          "setval",
          "sleep_ms",
          "pg_sleep",
          "get_block_size",
          "in_search_path",
          "json_serialize_sql",
          "json_deserialize_sql",
          "json_serialize_plan",
          "col_description",
          "obj_description",
          "shobj_description");

  private static final Set<String> REFUSED_PREFIXES =
      Set.of("__internal", "pg_get_", "pg_conf", "duckdb_", "pragma_", "parquet_", "inet_");

  private Functions() {}

  static boolean allowsTableFunction(String name) {
    return TABLE_FUNCTIONS.contains(name.toLowerCase(Locale.ROOT));
  }

  static boolean allows(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return !REFUSED.contains(folded) && REFUSED_PREFIXES.stream().noneMatch(folded::startsWith);
  }
}
