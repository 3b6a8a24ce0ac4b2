package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.Listing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command that prints a list has in common. */
@Command
abstract class ListCommand extends ClientCommand {
  private static final int PAGE = 500;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      order = 804,
      description = "At most so many; all by default.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--after",
      paramLabel = "CURSOR",
      order = 805,
      description = "Go on behind a list whose JSON ended with this 'next'.")
  private String after;

  ListCommand(Terminal terminal) {
    super(terminal);
  }

  /** Reads the list up to the limit. */
  <T> Listing.Page<T> read(Listing<T> listing) {
    List<T> items = new ArrayList<>();
    Optional<String> next = Optional.ofNullable(after);
    do {
      Listing.Page<T> page = listing.page(next, (int) Math.min(PAGE, limit - items.size()));
      items.addAll(page.items());
      next = page.next();
    } while (next.isPresent() && items.size() < limit);
    return new Listing.Page<>(items, next);
  }

  <T> int list(Listing<T> listing, TextTable table, Function<T, List<String>> cells) {
    if (limit < 1) {
      throw new Usage("--limit must be at least 1", "");
    }
    Listing.Page<T> page = read(listing);
    if (json()) {
      return printJson(page);
    }
    page.items().forEach(item -> table.add(cells.apply(item)));
    print(table);
    return OK;
  }

  boolean isLimited() {
    return limit != Long.MAX_VALUE || after != null;
  }

  /** Prints a list in the API's form, with further fields before it. */
  <T> int printJson(Map<String, ?> first, Listing.Page<T> page) {
    Map<String, Object> answer = new LinkedHashMap<>(first);
    answer.put("items", page.items());
    answer.put("next", page.next());
    return printJson(answer);
  }
}
