package dev.varve.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Style;
import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.TableChange;
import dev.varve.client.TableChange.RowChange;
import java.util.ArrayList;
import java.util.List;

/** What differs in a table, as text: a line for the whole, lines for the schema, and the rows. */
final class ChangeText {
  private final Terminal terminal;
  private final Style style;
  private final long skippedRows;

  /**
   * @param skippedRows how many rows of each table come before those that are listed
   */
  ChangeText(Terminal terminal, long skippedRows) {
    this.terminal = terminal;
    this.skippedRows = skippedRows;
    this.style = terminal.style();
  }

  List<String> lines(TableChange change) {
    List<String> lines = new ArrayList<>();
    lines.add(title(change));
    change.schema().forEach(line -> lines.add("    " + line));
    change.rows().ifPresent(rows -> rows(rows).forEach(line -> lines.add("    " + line)));
    return lines;
  }

  private String title(TableChange change) {
    StringBuilder text = new StringBuilder();
    text.append(mark(change.kind())).append(' ');
    change.from().ifPresent(from -> text.append(from).append(" → "));
    text.append(change.table());
    change.type().filter(type -> !type.equals("table")).ifPresent(t -> text.append(' ').append(t));
    boolean files = change.filesAdded() + change.filesRemoved() > 0;
    if (files) {
      text.append("  ").append(figures(change.filesAdded(), change.filesRemoved(), "file"));
    }
    if (change.rowsAdded() + change.rowsRemoved() > 0) {
      text.append(files ? " with " : "  ");
      text.append(figures(change.rowsAdded(), change.rowsRemoved(), "row"));
    }
    return text.toString();
  }

  private String figures(long added, long removed, String noun) {
    String plus = added > 0 ? style.green("+" + Quantity.count(added)) : "";
    String minus = removed > 0 ? style.red("-" + Quantity.count(removed)) : "";
    return plus
        + (plus.isEmpty() || minus.isEmpty() ? "" : " ")
        + minus
        + " "
        + noun
        + (added + removed == 1 ? "" : "s");
  }

  private String mark(String kind) {
    return switch (kind) {
      case "added" -> style.green("added   ");
      case "removed" -> style.red("removed ");
      default -> style.bold(String.format("%-8s", kind));
    };
  }

  private List<String> rows(TableChange.Rows rows) {
    List<String> headers = new ArrayList<>(List.of(""));
    List<TextTable.Align> aligns = new ArrayList<>(List.of(TextTable.Align.LEFT));
    rows.columns()
        .forEach(
            column -> {
              headers.add(column.name());
              aligns.add(SqlTypes.align(column.type()));
            });
    TextTable table =
        new TextTable(headers, aligns, style, terminal.outColumns().map(columns -> columns - 4));
    rows.items().forEach(row -> table.add(cells(row)));
    List<String> lines = new ArrayList<>();
    lines.add(totals(rows));
    rows.summary().forEach(column -> lines.add("  " + summary(column)));
    lines.addAll(rows.items().isEmpty() ? List.of() : table.lines());
    if (rows.truncated()) {
      long next = skippedRows + rows.items().size();
      lines.add("… and more rows; go on with --skip-rows " + next);
    }
    return lines;
  }

  private static String totals(TableChange.Rows rows) {
    return "rows: %s added, %s removed, %s changed (%s read)"
        .formatted(
            Quantity.count(rows.added()),
            Quantity.count(rows.removed()),
            Quantity.count(rows.changed()),
            Quantity.of(rows.filesRead(), "file"));
  }

  private static String summary(TableChange.ColumnSummary column) {
    String text = column.column() + ": changed in " + Quantity.of(column.changed(), "row");
    text += column.toNull() > 0 ? ", to NULL in " + Quantity.count(column.toNull()) : "";
    return text
        + (column.fromNull() > 0 ? ", from NULL in " + Quantity.count(column.fromNull()) : "");
  }

  private static List<String> cells(RowChange row) {
    List<String> cells = new ArrayList<>();
    String times = row.count().filter(n -> n > 1).map(n -> " ×" + n).orElse("");
    switch (row.kind()) {
      case "added" -> {
        cells.add("+" + times);
        row.after().forEach(cell -> cells.add(ClientCommand.text(cell)));
      }
      case "removed" -> {
        cells.add("-" + times);
        row.before().forEach(cell -> cells.add(ClientCommand.text(cell)));
      }
      default -> {
        cells.add("~" + times);
        for (int i = 0; i < row.before().size(); i++) {
          cells.add(change(row.before().get(i), row.after().get(i)));
        }
      }
    }
    return cells;
  }

  private static String change(JsonNode before, JsonNode after) {
    return before.equals(after)
        ? ClientCommand.text(after)
        : ClientCommand.text(before) + " → " + ClientCommand.text(after);
  }
}
