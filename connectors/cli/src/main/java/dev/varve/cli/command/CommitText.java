package dev.varve.cli.command;

import dev.varve.cli.text.Style;
import dev.varve.cli.text.Width;
import dev.varve.client.Commit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Commits as text. */
final class CommitText {
  private final Style style;

  CommitText(Style style) {
    this.style = style;
  }

  String oneLine(Commit commit) {
    return style.yellow(commit.shortId()) + refs(commit) + " " + Width.oneLine(commit.subject());
  }

  List<String> lines(Commit commit) {
    List<String> lines = new ArrayList<>();
    lines.add(style.yellow("commit " + commit.id()) + refs(commit));
    if (commit.parents().size() > 1) {
      lines.add(
          "Merge:  "
              + commit.parents().stream().map(RefText::shortId).collect(Collectors.joining(" ")));
    }
    lines.add("Author: " + commit.author());
    if (!commit.committer().equals(commit.author())) {
      lines.add("Commit: " + commit.committer());
    }
    lines.add("Date:   " + Times.text(commit.time()));
    lines.add("");
    commit.message().lines().forEach(line -> lines.add(line.isEmpty() ? "" : "    " + line));
    if (!commit.properties().isEmpty()) {
      lines.add("");
      commit
          .properties()
          .forEach((key, value) -> lines.add("    " + style.dim(key + ": " + value)));
    }
    return lines;
  }

  private String refs(Commit commit) {
    return commit.refs().isEmpty()
        ? ""
        : commit.refs().stream().map(style::cyan).collect(Collectors.joining(", ", " (", ")"));
  }
}
