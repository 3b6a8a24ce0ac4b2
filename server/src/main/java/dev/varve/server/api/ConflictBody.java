package dev.varve.server.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.rows.Side;
import dev.varve.server.http.Doc;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How conflicts between rows are settled and listed, as a request says it. */
@Doc("How conflicts between rows are settled, and which of the rest are listed.")
record ConflictBody(
    @Doc("Who wins where nothing more precise is said: 'fail' (nobody), 'ours' or 'theirs'.")
        Optional<Winner> strategy,
    @Doc("Who wins, by the name of a table (sales.orders) or of a column (sales.orders.price).")
        Map<String, Winner> strategies,
    @Doc(
            "By the name of a column: an SQL expression over base, ours and theirs that computes a"
                + " cell which both sides changed, such as greatest(ours.price, theirs.price). A column"
                + " has a rule or a strategy, not both; one of the row key has neither. By the name of"
                + " a table: an expression that says who wins such cells of a row, 'ours' or 'theirs'.")
        Map<String, String> rules,
    @Doc("How many conflicts of each table to skip.") OptionalLong offset,
    @Doc("How many conflicts of each table to list, 1 to 1000; 20 unless given.") OptionalInt limit,
    @Doc(
            "How many bytes of a table's files the server compares row by row, at most: the rows of"
                + " a table with more are left to another engine. 0 leaves all; as the server is"
                + " set unless given.")
        OptionalLong rowLimit) {
  private static final int MAX_LIMIT = 1000;

  /** Who wins. */
  enum Winner {
    @JsonProperty("fail")
    FAIL(Side.FAIL),
    @JsonProperty("ours")
    OURS(Side.OURS),
    @JsonProperty("theirs")
    THEIRS(Side.THEIRS);

    private final Side side;

    Winner(Side side) {
      this.side = side;
    }
  }

  static ConflictOptions options(Optional<ConflictBody> body) {
    return body.map(ConflictBody::options).orElse(ConflictOptions.NONE);
  }

  private ConflictOptions options() {
    int listed = limit.orElse(ConflictOptions.NONE.page().limit());
    if (listed < 1 || listed > MAX_LIMIT || offset.orElse(0) < 0 || rowLimit.orElse(0) < 0) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot list %d conflicts from the %d-th on".formatted(listed, offset.orElse(0)),
          "give an 'offset' and a 'rowLimit' of 0 or more, and a 'limit' of 1 to " + MAX_LIMIT);
    }
    return new ConflictOptions(
            strategy.orElse(Winner.FAIL).side,
            strategies.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, it -> it.getValue().side, (a, b) -> a, TreeMap::new)),
            new TreeMap<>(rules),
            new RowPage(offset.orElse(0), listed))
        .withRowLimit(rowLimit);
  }
}
