package dev.varve.cli.command;

import dev.varve.cli.text.Graph;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Commit;
import dev.varve.client.History;
import dev.varve.client.History.LogQuery;
import dev.varve.client.History.RowCommit;
import dev.varve.client.Listing;
import dev.varve.client.VarveException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve log}. */
@Command(
    name = "log",
    description = "List commits, newest first.",
    footer = {
      "",
      "Examples:",
      "  varve log --oneline -n 10",
      "  varve log --graph --oneline",
      "  varve log flights --ref experiment        (the history of one table)",
      "  varve log flights --key 17                (the history of one row, before → after)",
      "  varve log --author ada --since 2026-11-01 --grep january"
    })
final class LogCommand extends ListCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TABLE",
      description = "Only commits that changed this table.")
  private String table;

  @Option(names = "--table", paramLabel = "TABLE", description = "The same, as an option.")
  private String tableOption;

  @Option(
      names = "--key",
      paramLabel = "[COLUMN=]VALUE",
      description =
          "Only commits that changed the row of this key, and how; once for each column of the"
              + " table's key.")
  private List<String> key = new ArrayList<>();

  @Option(names = "--oneline", description = "One line for each commit.")
  private boolean oneline;

  @Option(names = "--graph", description = "Draw the lines of descent.")
  private boolean graph;

  @Option(names = "--first-parent", description = "Do not follow what was merged in.")
  private boolean firstParent;

  @Option(names = "--author", paramLabel = "TEXT", description = "Only authors that contain it.")
  private String author;

  @Option(names = "--grep", paramLabel = "TEXT", description = "Only messages that contain it.")
  private String grep;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only commits from then on: 2026-11-01, 2026-11-01T08:30:00Z, 36h, 7d.")
  private String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Only commits until then.")
  private String until;

  @Mixin private RefOption ref = new RefOption();

  LogCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    History history = repository().history();
    if (!key.isEmpty()) {
      return row(history);
    }
    LogQuery query = query();
    if (json()) {
      return printJson(read(history.log(query)));
    }
    CommitText text = new CommitText(style());
    boolean filtered =
        query.table().isPresent()
            || query.author().isPresent()
            || query.grep().isPresent()
            || query.since().isPresent()
            || query.until().isPresent();
    if (graph && filtered) {
      Listing.Page<Commit> shown = read(history.log(query));
      Listing<Commit> all = history.log(LogQuery.of(ref.revision()));
      Lineage lineage = Lineage.of(all, shown.items());
      drawn(shown.items().iterator(), text, lineage);
    } else if (graph) {
      drawn(commits(history.log(query)), text, Lineage.AS_RECORDED);
    } else {
      Iterator<Commit> commits = commits(history.log(query));
      if (!commits.hasNext() && query.table().isPresent()) {
        requireTable(query);
      }
      plain(commits, text);
    }
    return OK;
  }

  private int row(History history) {
    String name = table == null ? tableOption : table;
    if (name == null || (table != null && tableOption != null)) {
      throw new Usage("a key is of a table", "for instance: varve log flights --key 17");
    }
    if (graph || firstParent || author != null || grep != null || since != null || until != null) {
      throw new Usage(
          "--key goes with --oneline, --ref and --limit only", "leave the other options out");
    }
    Listing<RowCommit> log = history.log(ref.revision(), name, key);
    if (json()) {
      return printJson(read(log));
    }
    RowText text = new RowText(style(), oneline);
    Iterator<RowCommit> commits = isLimited() ? read(log).items().iterator() : log.iterator();
    if (!commits.hasNext()) {
      print("no commit that leads to '" + ref.revision() + "' has had such a row");
    }
    commits.forEachRemaining(commit -> text.lines(commit).forEach(this::print));
    return OK;
  }

  /** Nothing to show may be right for a table that is there; a name of none was mistyped. */
  private void requireTable(LogQuery query) {
    String name = query.table().orElseThrow();
    try {
      repository().tables().load(name, query.ref());
    } catch (VarveException e) {
      if (!e.code().equals("table-not-found")) {
        throw e;
      }
      throw new Usage(
          "no commit of '" + query.ref() + "' changed a table '" + name + "'",
          "for the log of a branch or tag: varve log --ref " + name);
    }
  }

  private Iterator<Commit> commits(Listing<Commit> listing) {
    return isLimited() ? read(listing).items().iterator() : listing.iterator();
  }

  private void plain(Iterator<Commit> commits, CommitText text) {
    while (commits.hasNext()) {
      Commit commit = commits.next();
      if (oneline) {
        print(text.oneLine(commit));
      } else {
        text.lines(commit).forEach(this::print);
        if (commits.hasNext()) {
          print("");
        }
      }
    }
  }

  private void drawn(Iterator<Commit> commits, CommitText text, Lineage lineage) {
    Graph lanes = new Graph();
    while (commits.hasNext()) {
      Commit commit = commits.next();
      List<String> parents = lineage.parents(commit);
      List<String> lines = new ArrayList<>();
      if (oneline) {
        lines.add(text.oneLine(commit));
      } else {
        lines.addAll(text.lines(commit));
        lines.add("");
      }
      Graph.Rows rows =
          lanes.next(commit.id(), firstParent ? parents.stream().limit(1).toList() : parents);
      print((rows.node() + " " + lines.get(0)).stripTrailing());
      Iterator<String> rest = lines.subList(1, lines.size()).iterator();
      for (String turn : rows.turns()) {
        print((turn + " " + (rest.hasNext() ? rest.next() : "")).stripTrailing());
      }
      rest.forEachRemaining(line -> print((rows.rest() + " " + line).stripTrailing()));
    }
  }

  private LogQuery query() {
    if (table != null && tableOption != null) {
      throw new Usage("the table is given twice", "name it once");
    }
    Instant now = Instant.now();
    return new LogQuery(
        ref.revision(),
        Optional.ofNullable(table == null ? tableOption : table),
        Optional.ofNullable(author),
        Optional.ofNullable(grep),
        Optional.ofNullable(since).map(time -> Times.parse(time, now)),
        Optional.ofNullable(until).map(time -> Times.parse(time, now)),
        firstParent ? History.Parents.FIRST : History.Parents.ALL);
  }
}
