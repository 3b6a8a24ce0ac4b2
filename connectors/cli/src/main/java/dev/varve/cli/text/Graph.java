package dev.varve.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Draws a history beside its commits, one lane for each line of descent.
 *
 * <p>Commits are given newest first, none before one of its children. A lane waits for a commit;
 * when it comes, its parents take the lane's place, and lanes that wait for the same commit run
 * together. Between two commits every line moves at most one column per row.
 */
public final class Graph {
  private List<String> lanes = new ArrayList<>();

  /**
   * The drawing for one commit.
   *
   * @param node the row with the commit's star
   * @param turns the rows on which lines change columns before the next commit
   * @param rest the row of lines that only go on, for further text of this commit
   */
  public record Rows(String node, List<String> turns, String rest) {}

  /** Draws the next commit. */
  public Rows next(String commit, List<String> parents) {
    int at = lanes.indexOf(commit);
    if (at < 0) {
      at = lanes.size();
      lanes.add(commit);
    }
    String node = node(at);
    List<String> after = after(at, parents);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < lanes.size(); i++) {
      if (i != at) {
        lines.add(new Line(i, after.indexOf(lanes.get(i))));
      }
    }
    for (String parent : new LinkedHashSet<>(parents)) {
      lines.add(new Line(at, after.indexOf(parent)));
    }
    lanes = after;
    return new Rows(node, turns(lines), "| ".repeat(lanes.size()).stripTrailing());
  }

  private String node(int at) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < lanes.size(); i++) {
      row.append(i == at ? "* " : "| ");
    }
    return row.toString().stripTrailing();
  }

  private List<String> after(int at, List<String> parents) {
    Set<String> waiting = new LinkedHashSet<>(lanes);
    waiting.remove(lanes.get(at));
    List<String> next = new ArrayList<>();
    for (int i = 0; i < lanes.size(); i++) {
      if (i != at) {
        next.add(lanes.get(i));
        continue;
      }
      for (String parent : parents) {
        if (waiting.add(parent)) {
          next.add(parent);
        }
      }
    }
    return next;
  }

  private static List<String> turns(List<Line> lines) {
    List<String> rows = new ArrayList<>();
    while (lines.stream().anyMatch(Line::moves)) {
      int columns = lines.stream().mapToInt(line -> Math.max(line.from, line.to)).max().orElse(0);
      char[] row = new char[2 * columns + 1];
      Arrays.fill(row, ' ');
      lines.forEach(line -> line.draw(row));
      rows.add(new String(row).stripTrailing());
    }
    return rows;
  }

  /** A line on its way from one column to another. */
  private static final class Line {
    private final int to;
    private int from;

    Line(int from, int to) {
      this.from = from;
      this.to = to;
    }

    boolean moves() {
      return from != to;
    }

    void draw(char[] row) {
      int step = Integer.signum(to - from);
      int cell = 2 * from + step;
      char stroke = step == 0 ? '|' : step > 0 ? '\\' : '/';
      row[cell] = row[cell] == ' ' || row[cell] == stroke ? stroke : 'X';
      from += step;
    }
  }
}
