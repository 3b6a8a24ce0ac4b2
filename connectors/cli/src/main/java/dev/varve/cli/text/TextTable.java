package dev.varve.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Rows in aligned columns. Made for results of any length: {@link #lines} gives the lines of the
 * rows added since the last call, with columns that only ever grow wider.
 */
public final class TextTable {
  private static final String GAP = "  ";
  private static final int LEAST = 4;

  private final List<String> headers;
  private final List<Align> aligns;
  private final Style style;
  private final Optional<Integer> columns;
  private final List<List<String>> rows = new ArrayList<>();
  private int[] widths;
  private boolean headerDone;

  /** The side on which a column's cells are flush. */
  public enum Align {
    LEFT,
    RIGHT
  }

  /**
   * An empty table.
   *
   * @param columns the width to keep within, or empty for as wide as it gets
   */
  public TextTable(
      List<String> headers, List<Align> aligns, Style style, Optional<Integer> columns) {
    this.headers = headers.stream().map(Width::oneLine).toList();
    this.aligns = List.copyOf(aligns);
    this.style = style;
    this.columns = columns;
    this.widths = this.headers.stream().mapToInt(Width::of).toArray();
  }

  /** Adds a row with one cell for each column. */
  public void add(List<String> cells) {
    List<String> row = cells.stream().map(Width::oneLine).toList();
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], Width.of(row.get(i)));
    }
    rows.add(row);
  }

  /** How many rows were added since the last call of {@link #lines}. */
  public int pending() {
    return rows.size();
  }

  /** The lines of the rows added since the last call; the first time, the header before them. */
  public List<String> lines() {
    int[] fitted = fit();
    List<String> lines = new ArrayList<>();
    if (!headerDone) {
      headerDone = true;
      lines.add(style.bold(line(headers, fitted)));
      List<String> rule = Arrays.stream(fitted).mapToObj("─"::repeat).toList();
      lines.add(style.dim(line(rule, fitted)));
    }
    rows.forEach(row -> lines.add(line(row, fitted)));
    rows.clear();
    return lines;
  }

  // The widest columns give way first, so that many narrow ones stay readable.
  private int[] fit() {
    int[] fitted = widths.clone();
    if (columns.isEmpty()) {
      return fitted;
    }
    int over = Arrays.stream(fitted).sum() + GAP.length() * (fitted.length - 1) - columns.get();
    while (over > 0) {
      int widest = 0;
      for (int i = 1; i < fitted.length; i++) {
        widest = fitted[i] > fitted[widest] ? i : widest;
      }
      if (fitted[widest] <= LEAST) {
        break;
      }
      fitted[widest]--;
      over--;
    }
    return fitted;
  }

  private String line(List<String> cells, int[] fitted) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < fitted.length; i++) {
      String cell = Width.cut(cells.get(i), fitted[i]);
      String space = " ".repeat(fitted[i] - Width.of(cell));
      line.append(i == 0 ? "" : GAP);
      line.append(aligns.get(i) == Align.RIGHT ? space + cell : cell + space);
    }
    return line.toString().stripTrailing();
  }
}
