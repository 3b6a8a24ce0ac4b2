package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.Listing;
import dev.varve.client.Merges;
import dev.varve.client.Merges.Choice;
import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.OpenConflict;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Resolution;
import dev.varve.client.Merges.Resolved;
import dev.varve.client.Merges.Take;
import dev.varve.client.VarveException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code varve prepared} for merges that met conflicts. */
final class ConflictCommands {
  private ConflictCommands() {}

  @Command(
      name = "conflicts",
      description =
          "List what is in the way of a prepared merge, and what is said of it. All of it is in"
              + " tables of its branch, to be queried and exported.",
      footer = {
        "",
        "Examples:",
        "  varve prepared conflicts merge/1",
        "  varve sql \"SELECT * FROM conflicts.flights WHERE take IS NULL\" --ref merge/1",
        "  varve sql \"SELECT id, subject, part, ours, theirs, take FROM conflicts.metadata\" --ref merge/1",
        "  varve sql \"FROM conflicts.flights\" --ref merge/1 --format parquet > conflicts.parquet"
      })
  static final class ListAll extends ListCommand {
    @Parameters(paramLabel = "NAME", description = "The prepared merge, such as merge/1.")
    private String name;

    ListAll(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Listing.Page<OpenConflict> conflicts = read(repository().merges().conflicts(name));
      if (json()) {
        return printJson(conflicts);
      }
      if (conflicts.items().isEmpty()) {
        print("'" + name + "' is not in conflict");
        return OK;
      }
      TextTable table = table("TABLE", "OPEN|", "OF|", "QUERY", "ID", "TAKE", "WHAT");
      for (OpenConflict open : conflicts.items()) {
        KeptConflict conflict = open.conflict();
        table.add(
            List.of(
                conflict.table(),
                Quantity.count(open.open()),
                conflict.rows().isPresent() ? Quantity.count(conflict.count()) : "-",
                conflict.rows().or(() -> conflict.choice().map(Choice::table)).orElse("-"),
                conflict.choice().map(Choice::id).orElse("-"),
                take(open),
                conflict.choice().map(Choice::part).orElse("rows")));
      }
      print(table);
      conflicts.items().stream()
          .map(OpenConflict::conflict)
          .map(
              it ->
                  it.choice().map(choice -> choice.id() + " of ").orElse("")
                      + it.table()
                      + ": "
                      + it.message())
          .forEach(this::print);
      return OK;
    }

    /** What is said, or what can be: {@code ours, theirs or a column name}. */
    private static String take(OpenConflict open) {
      if (open.take().isPresent()) {
        return open.value().map(value -> "'" + value + "'").orElse(open.take().get());
      }
      return open.conflict()
          .choice()
          .map(
              choice ->
                  choice.winners().stream()
                          .map(it -> it.equals("value") ? choice.value().orElse(it) : it)
                          .collect(Collectors.joining("|"))
                      + "?")
          .orElse("-");
    }
  }

  @Command(
      name = "resolve",
      description =
          "Say of conflicts which value wins: of one, or of all that match. A TABLE alone means all of"
              + " its conflicts; --conflict one that is not between rows; neither of them all that are"
              + " not between rows.",
      footer = {
        "",
        "Between rows, a condition and a value are SQL over key, cell (the column, NULL for a whole",
        "row), kind, and the rows base, ours and theirs. Of other conflicts, a condition is SQL over",
        "id, subject, code, part, base, ours, theirs and take; a value is a name, a type or a text as",
        "it is. What is said last counts. A value that a column cannot take is refused, and so is what",
        "no conflict can be answered with; a condition that is true of none changes nothing.",
        "",
        "Examples:",
        "  varve prepared resolve merge/1 flights --take theirs",
        "  varve prepared resolve merge/1 flights --key 17 --column delay --take ours",
        "  varve prepared resolve merge/1 flights --where \"ours.seen > theirs.seen\" --take ours",
        "  varve prepared resolve merge/1 flights --column delay "
            + "--value \"greatest(ours.delay, theirs.delay)\"",
        "  varve prepared resolve merge/1 --conflict 3f2a91c07d --value delay_minutes",
        "  varve prepared resolve merge/1 --where \"code = 'property-differs'\" --take ours"
      })
  static final class Resolve extends WriteCommand {
    /** Which value wins, as it is typed. */
    enum Side {
      ours,
      theirs,
      base,
      none
    }

    @Parameters(index = "0", paramLabel = "NAME", description = "The prepared merge.")
    private String name;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "TABLE",
        description = "The table in conflict.")
    private String table;

    @Option(
        names = "--conflict",
        paramLabel = "ID",
        description = "Only this one, which is not between rows.")
    private String conflict;

    @Option(
        names = "--key",
        paramLabel = "[COLUMN=]VALUE",
        description = "Only the row of this key; once for each column of the key.")
    private List<String> key = new ArrayList<>();

    @Option(names = "--where", paramLabel = "SQL", description = "Only where this is true.")
    private String where;

    @Option(names = "--column", paramLabel = "COLUMN", description = "Only in this column.")
    private String column;

    @Option(
        names = "--take",
        description =
            "${COMPLETION-CANDIDATES}: whose value wins; 'base' is not for whole rows, 'none' takes"
                + " back what was said.")
    private Side take;

    @Option(
        names = "--value",
        paramLabel = "VALUE",
        description = "The value that wins: with --column as SQL, else as it is.")
    private String value;

    Resolve(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      if (take == null && value == null) {
        throw new Usage("say which value wins", "give --take SIDE, or --value VALUE");
      }
      if (take != null && value != null) {
        throw new Usage(
            "--take and --value both say which value wins", "give one of them, not both");
      }
      Resolved resolved =
          repository()
              .merges()
              .resolve(
                  name,
                  new Resolution(
                      Optional.ofNullable(table),
                      Optional.ofNullable(conflict),
                      key,
                      Optional.ofNullable(where),
                      Optional.ofNullable(column),
                      take == null
                          ? Take.VALUE
                          : Take.valueOf(take.name().toUpperCase(Locale.ROOT)),
                      Optional.ofNullable(value)),
                  options());
      if (json()) {
        return printJson(resolved);
      }
      print(
          "%s resolved, %s left"
              .formatted(
                  Quantity.of(resolved.resolved(), "conflict"), Quantity.count(resolved.open())));
      resolved.consequence().ifPresent(it -> print("  note: " + it));
      if (resolved.resolved() == 0 && where != null) {
        print("  no conflict is as --where says; list them with: varve prepared conflicts " + name);
      }
      if (resolved.open() == 0) {
        next();
      }
      return OK;
    }

    /** The answer is kept: that the server cannot be asked what comes next is no failure. */
    private void next() {
      Prepared prepared;
      try {
        prepared = repository().merges().prepared(name);
      } catch (VarveException e) {
        terminal()
            .err()
            .println("what was said is kept, but not what comes next: " + e.getMessage());
        terminal().err().println("hint: ask again with 'varve prepared show " + name + "'");
        return;
      }
      if (SparkJob.isWaitedFor(prepared)) {
        print("  next: " + SparkJob.command(repository(), name));
        print("  or, in the server:  varve prepared finish " + name + " --on server");
      } else {
        print("  next: varve prepared finish " + name);
      }
    }
  }

  @Command(
      name = "finish",
      description =
          "Make the commit of a merge whose conflicts are resolved, or go on with a rebase; look at it,"
              + " and publish it.",
      footer = {
        "",
        "If the branch moved, the merge is made on where it stands now; what was said counts for rows",
        "that are what they were. A rebase goes on with the commits that are left, up to another that",
        "conflicts. The exit code is 3 if there are conflicts. One that was prepared for Spark is",
        "finished by submitting the job again, as 'varve prepared show' tells; or with --on server,",
        "which goes by what was said of conflicts that Spark found.",
        "",
        "Examples:",
        "  varve prepared finish merge/1",
        "  varve prepared finish merge/1 --on server"
      })
  static final class Finish extends WriteCommand {
    @Parameters(paramLabel = "NAME", description = "The prepared merge, such as merge/1.")
    private String name;

    @Option(
        names = "--on",
        paramLabel = "ENGINE",
        description =
            "Who compares rows from now on: 'server', also what waits for Spark, whatever its size;"
                + " or 'spark'. Without it, as it was prepared.")
    private Optional<Engine> engine = Optional.empty();

    Finish(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Merges merges = repository().merges();
      Report report = merges.finish(name, options(), engine.map(Engine::rowLimit));
      boolean conflicted = report.outcome() == Outcome.CONFLICTED;
      if (json()) {
        printJson(report);
      } else if (conflicted) {
        terminal().err().println(again(report));
        terminal().err().println("hint: list them with 'varve prepared conflicts " + name + "'");
      } else if (report.outcome() == Outcome.UP_TO_DATE) {
        print("the branch has it all already; '" + name + "' was given up");
      } else {
        report.commit().ifPresent(commit -> print(commitLine(name, commit)));
        print("  next: varve prepared publish " + name);
      }
      return conflicted ? CONFLICT : OK;
    }

    private static String again(Report report) {
      return report
          .prepared()
          .flatMap(Prepared::rebase)
          .map(at -> "commit %d of %d conflicts".formatted(at.step(), at.steps()))
          .orElse("there are conflicts again: of other things, or because the branch moved");
    }
  }
}
