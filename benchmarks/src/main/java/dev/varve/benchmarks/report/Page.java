package dev.varve.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Renews the tables of a page of results: what stands between {@code <!-- table NAME -->} and
 * {@code <!-- end -->} is replaced by the {@linkplain Tables table} of that name.
 *
 * <p>Usage: {@code Page RESULTS.jsonl PAGE.md}.
 */
public final class Page {
  private static final String BEGIN = "<!-- table ";
  private static final String END = "<!-- end -->";

  private Page() {}

  /** Renews a page. */
  public static void main(String[] arguments) throws IOException {
    Map<String, List<String>> tables = new Tables(Result.read(Path.of(arguments[0]))).all();
    Path page = Path.of(arguments[1]);
    Files.write(page, renewed(Files.readAllLines(page), tables));
  }

  /**
   * @throws IllegalArgumentException if the page names a table that there is not, or does not end
   *     one
   */
  static List<String> renewed(List<String> page, Map<String, List<String>> tables) {
    List<String> lines = new ArrayList<>();
    boolean inTable = false;
    for (String line : page) {
      if (line.startsWith(BEGIN)) {
        String name = line.substring(BEGIN.length(), line.indexOf(" -->"));
        if (inTable || !tables.containsKey(name)) {
          throw new IllegalArgumentException(
              "cannot put a table '%s' here; there are %s".formatted(name, tables.keySet()));
        }
        lines.add(line);
        lines.add("");
        lines.addAll(tables.get(name));
        lines.add("");
        inTable = true;
      } else if (line.equals(END)) {
        inTable = false;
      }
      if (!inTable) {
        lines.add(line);
      }
    }
    if (inTable) {
      throw new IllegalArgumentException("the last table has no '%s'".formatted(END));
    }
    return lines;
  }
}
