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
   * @param rules {@code NAME=SQL}
   * @throws Usage if one of them cannot be read, or two are of one thing
   */
  static ConflictOptions of(List<String> strategies, List<String> rules, long offset, int limit) {
    Optional<Winner> whole = Optional.empty();
    SortedMap<String, Winner> named = new TreeMap<>();
    for (String strategy : strategies) {
      int equals = strategy.lastIndexOf('=');
      Winner winner = winner(strategy.substring(equals + 1), strategy);
      if (equals < 0) {
        requireFirst(whole, "the whole merge", "strategy");
        whole = Optional.of(winner);
      } else {
        String name = strategy.substring(0, equals).strip();
        requireFirst(Optional.ofNullable(named.put(name, winner)), "'" + name + "'", "strategy");
      }
    }
    SortedMap<String, String> byName = new TreeMap<>();
    for (String rule : rules) {
      int equals = rule.indexOf('=');
      if (equals < 1) {
        throw new Usage(
            "cannot read the rule '" + rule + "'",
            "write it as TABLE.COLUMN=EXPRESSION or TABLE=EXPRESSION");
      }
      String name = rule.substring(0, equals).strip();
      String sql = rule.substring(equals + 1).strip();
      requireFirst(Optional.ofNullable(byName.put(name, sql)), "'" + name + "'", "rule");
    }
    return new ConflictOptions(
        whole.orElse(Winner.FAIL), named, byName, offset, limit, Optional.empty());
  }

  private static void requireFirst(Optional<?> before, String name, String what) {
    if (before.isPresent()) {
      throw new Usage(
          "a second %s for %s".formatted(what, name),
          "give one for each column, one for each table, and one for the whole merge");
    }
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
