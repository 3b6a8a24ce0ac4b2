package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Commit;
import dev.varve.client.CommitOptions;
import dev.varve.client.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command that makes a commit has in common. */
@Command
abstract class WriteCommand extends ClientCommand {
  @Option(
      names = "--author",
      paramLabel = "NAME",
      order = 801,
      description = "Who made the change: 'Name <mail>' or a name; else VARVE_AUTHOR, else you.")
  private String author;

  @Option(
      names = {"-m", "--message"},
      paramLabel = "TEXT",
      order = 802,
      description = "What was done and why; derived from the change by default.")
  private String message;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      order = 803,
      description = "A fact to keep with the commit; may be repeated.")
  private Map<String, String> properties = new TreeMap<>();

  WriteCommand(Terminal terminal) {
    super(terminal);
  }

  CommitOptions options() {
    return new CommitOptions(
        Optional.of(author == null ? Identity.of(terminal().environment()) : author),
        Optional.ofNullable(message),
        new TreeMap<>(properties));
  }

  /** Prints what a write did and the commit that it made. */
  int report(WriteResult result) {
    return report(result, "");
  }

  int report(WriteResult result, String what) {
    if (json()) {
      return printJson(result);
    }
    String figures = what.isEmpty() ? figures(result) : what;
    if (!figures.isEmpty()) {
      print(result.table().map(table -> table + ": ").orElse("") + figures);
    }
    if (result.commit().isPresent()) {
      print(commitLine(result.branch(), result.commit().get()));
    } else {
      print("nothing to change on '" + result.branch() + "'");
    }
    return OK;
  }

  String commitLine(String branch, Commit commit) {
    return "["
        + style().cyan(branch)
        + " "
        + style().yellow(commit.shortId())
        + "] "
        + commit.subject();
  }

  private static String figures(WriteResult result) {
    return figures(result, "added");
  }

  /**
   * What a write did, in numbers.
   *
   * @param verb what became of the rows that are new; "updated" if old ones went for them
   */
  static String figures(WriteResult result, String verb) {
    List<String> parts = new ArrayList<>();
    part(parts, result.rowsAdded(), "row", verb);
    if (!verb.equals("updated")) {
      part(parts, result.rowsRemoved(), "row", "removed");
    }
    part(parts, result.filesAdded(), "file", "written");
    part(parts, result.filesRemoved(), "file", "replaced");
    return String.join(", ", parts);
  }

  private static void part(List<String> parts, Optional<Long> number, String noun, String verb) {
    number.filter(n -> n > 0).ifPresent(n -> parts.add(Quantity.of(n, noun) + " " + verb));
  }
}
