package dev.varve.cli.command;

import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.Winner;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads how conflicts between rows are to be settled. */
final class Settling {
  private Settling() {}

  /**
   * Reads the options of a command.
   *
   * @param strategies {@code ours}, {@code theirs} or {@code NAME=ours}
   * @param rules {@code COLUMN=SQL}
   */
  static ConflictOptions of(List<String> strategies, List<String> rules, long offset, int limit) {
    Winner whole = Winner.FAIL;
    SortedMap<String, Winner> named = new TreeMap<>();
    for (String strategy : strategies) {
      int equals = strategy.lastIndexOf('=');
      Winner winner = winner(strategy.substring(equals + 1), strategy);
      if (equals < 0) {
        whole = winner;
      } else {
        named.put(strategy.substring(0, equals).strip(), winner);
      }
    }
    SortedMap<String, String> byColumn = new TreeMap<>();
    for (String rule : rules) {
      int equals = rule.indexOf('=');
      if (equals < 1) {
        throw new Usage(
            "cannot read the rule '" + rule + "'", "write it as TABLE.COLUMN=EXPRESSION");
      }
      byColumn.put(rule.substring(0, equals).strip(), rule.substring(equals + 1).strip());
    }
    return new ConflictOptions(whole, named, byColumn, offset, limit, Optional.empty());
  }

  private static Winner winner(String text, String strategy) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "ours" -> Winner.OURS;
      case "theirs" -> Winner.THEIRS;
      case "fail" -> Winner.FAIL;
      default ->
          throw new Usage(
              "cannot read the strategy '" + strategy + "'",
              "write ours, theirs, TABLE=ours or TABLE.COLUMN=theirs");
    };
  }
}
