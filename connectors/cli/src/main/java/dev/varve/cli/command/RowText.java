package dev.varve.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.cli.text.Style;
import dev.varve.client.History.RowCommit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a commit did to a row, as text. */
final class RowText {
  private final Style style;
  private final boolean oneline;

  RowText(Style style, boolean oneline) {
    this.style = style;
    this.oneline = oneline;
  }

  List<String> lines(RowCommit change) {
    CommitText text = new CommitText(style);
    if (oneline) {
      return List.of(text.oneLine(change.commit()) + "  " + summary(change));
    }
    List<String> lines = new ArrayList<>(text.lines(change.commit()));
    lines.add("    " + mark(change.kind()));
    change.columns().forEach(column -> lines.add("      " + cell(change, column)));
    lines.add("");
    return lines;
  }

  private String summary(RowCommit change) {
    return change.kind().equals("changed")
        ? style.bold("changed ") + String.join(", ", change.columns())
        : mark(change.kind());
  }

  private String mark(String kind) {
    return switch (kind) {
      case "added" -> style.green(kind);
      case "removed" -> style.red(kind);
      default -> style.bold(kind);
    };
  }

  private static String cell(RowCommit change, String column) {
    String before = value(change.before(), column);
    String after = value(change.after(), column);
    String value =
        change.before().isEmpty()
            ? after
            : change.after().isEmpty() ? before : before + " → " + after;
    return column + ": " + value;
  }

  private static String value(Optional<JsonNode> row, String column) {
    return row.map(it -> it.get(column)).map(ClientCommand::text).orElse("-");
  }
}
