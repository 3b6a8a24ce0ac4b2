package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** All commands. Reading a command's options costs time, so only the one that runs is made. */
public final class Commands {
  private static final Map<String, Function<Terminal, Object>> BY_NAME = new LinkedHashMap<>();
  private static final Map<String, String> ALIASES = Map.of("info", "status");

  static {
    BY_NAME.put("serve", terminal -> new ServeCommand());
    BY_NAME.put("status", ServerCommands.Status::new);
    BY_NAME.put("ingest", IngestCommand::new);
    BY_NAME.put("sql", SqlCommand::new);
    BY_NAME.put("tables", TableCommands.ListAll::new);
    BY_NAME.put("schema", TableCommands.Schema::new);
    BY_NAME.put("files", TableCommands.Files::new);
    BY_NAME.put("metrics", EngineCommands.Metrics::new);
    BY_NAME.put("views", EngineCommands.Views::new);
    BY_NAME.put("create", ChangeCommands.Create::new);
    BY_NAME.put("delete", ChangeCommands.Delete::new);
    BY_NAME.put("update", ChangeCommands.Update::new);
    BY_NAME.put("alter", AlterCommand::line);
    BY_NAME.put("column", terminal -> group(new Columns(), terminal));
    BY_NAME.put("table", terminal -> group(new Layouts(), terminal));
    BY_NAME.put("rename", ChangeCommands.Rename::new);
    BY_NAME.put("drop", ChangeCommands.Drop::new);
    BY_NAME.put("namespace", terminal -> group(new Namespaces(), terminal));
    BY_NAME.put("branch", terminal -> group(new Branches(), terminal));
    BY_NAME.put("tag", terminal -> group(new Tags(), terminal));
    BY_NAME.put("log", LogCommand::new);
    BY_NAME.put("show", HistoryCommands.Show::new);
    BY_NAME.put("diff", HistoryCommands.Diff::new);
    BY_NAME.put("blame", BlameCommand::new);
    BY_NAME.put("bisect", BisectCommand::new);
    BY_NAME.put("merge", MergeCommands.Merge::new);
    BY_NAME.put("prepared", terminal -> group(new PreparedMerges(), terminal));
    BY_NAME.put("revert", MergeCommands.Revert::new);
    BY_NAME.put("cherry-pick", MergeCommands.CherryPick::new);
    BY_NAME.put("rebase", RebaseCommand::new);
    BY_NAME.put("reset", BranchCommands.Reset::new);
    BY_NAME.put("reflog", HistoryCommands.Reflog::new);
    BY_NAME.put("repo", terminal -> group(new Repositories(), terminal));
    BY_NAME.put("fsck", FsckCommand::new);
    BY_NAME.put("backup", terminal -> group(new Backups(), terminal));
    BY_NAME.put("export", ArchiveCommands.Export::new);
    BY_NAME.put("import", ArchiveCommands.Import::new);
    BY_NAME.put("restore", terminal -> new BackupCommands.Restore());
    BY_NAME.put("credential", terminal -> new CredentialCommand());
    BY_NAME.put("completion", OtherCommands.Completion::new);
    BY_NAME.put("version", OtherCommands.Version::new);
  }

  private static final int LAST = 1000;

  private Commands() {}

  /** The command line for these arguments: with the one command they name, or with all. */
  public static CommandLine forArguments(Terminal terminal, List<String> arguments) {
    String first = arguments.isEmpty() ? "" : arguments.get(0);
    String name = ALIASES.getOrDefault(first, first);
    return Optional.ofNullable(BY_NAME.get(name))
        .map(
            command -> {
              CommandLine root = new CommandLine(new Varve());
              root.addSubcommand(name, command.apply(terminal));
              return withHelp(withVersion(root));
            })
        .orElseGet(() -> all(terminal));
  }

  /** The command line with all commands. */
  static CommandLine all(Terminal terminal) {
    CommandLine root = new CommandLine(new Varve());
    BY_NAME.forEach((name, command) -> root.addSubcommand(name, command.apply(terminal)));
    return withHelp(withVersion(root));
  }

  // Every command has this option; as a field of each it would look like a forgotten one.
  private static CommandLine withHelp(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    spec.usageMessage().sortOptions(false);
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .order(LAST)
            .description("Show this help.")
            .build());
    line.getSubcommands().values().stream().distinct().forEach(Commands::withHelp);
    return line;
  }

  private static CommandLine withVersion(CommandLine root) {
    root.getCommandSpec().version(OtherCommands.version());
    root.getCommandSpec()
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version.")
                .build());
    return root;
  }

  private static CommandLine group(Group group, Terminal terminal) {
    CommandLine line = new CommandLine(group);
    group.commands(terminal).forEach(line::addSubcommand);
    return line;
  }

  /** {@code varve} itself. */
  @Command(
      name = "varve",
      description = "Version control for a lakehouse.",
      synopsisSubcommandLabel = "COMMAND",
      commandListHeading = "%nCommands:%n",
      optionListHeading = "%nOptions:%n",
      footer = {
        "",
        "Examples:",
        "  varve serve                                    start a server",
        "  varve ingest flights flights.parquet           a file becomes a table",
        "  varve branch create experiment                 nothing is copied",
        "  varve sql \"SELECT count(*) FROM flights\"       ask",
        "  varve merge experiment --into main             bring changes back",
        "",
        "Exit codes: 0 done, 1 failed, 2 wrongly typed, 3 conflict (read again and retry),",
        "  4 damage found (fsck).",
        "Environment: VARVE_URL, VARVE_REPO, VARVE_AUTHOR, VARVE_JAVA_OPTS, NO_COLOR.",
        "Help for a command: varve COMMAND --help"
      })
  static final class Varve implements Runnable {
    @CommandLine.Spec private CommandSpec spec;

    @Override
    public void run() {
      spec.commandLine().usage(spec.commandLine().getErr());
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }

  /** A command that only has subcommands. */
  @Command(synopsisSubcommandLabel = "COMMAND", commandListHeading = "%nCommands:%n")
  abstract static class Group implements Runnable {
    @CommandLine.Spec private CommandSpec spec;

    abstract List<Object> commands(Terminal terminal);

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "'" + spec.name() + "' needs one of its commands");
    }
  }

  @Command(
      name = "branch",
      description = "Make, list, rename and delete branches.",
      footer = {"", "Examples:", "  varve branch create experiment", "  varve branch list"})
  private static final class Branches extends Group {
    @Override
    List<Object> commands(Terminal terminal) {
      return List.of(
          new BranchCommands.Create(terminal),
          new BranchCommands.ListAll(terminal),
          new BranchCommands.Rename(terminal),
          new BranchCommands.Delete(terminal));
    }
  }

  @Command(
      name = "tag",
      description = "Make, list and delete tags.",
      footer = {"", "Examples:", "  varve tag create v1", "  varve tag list"})
  private static final class Tags extends Group {
    @Override
    List<Object> commands(Terminal terminal) {
      return List.of(
          new TagCommands.Create(terminal),
          new TagCommands.ListAll(terminal),
          new TagCommands.Delete(terminal));
    }
  }

  @Command(
      name = "column",
      description = "Add, rename, drop, widen and move the columns of a table.",
      footer = {
        "",
        "Several changes in one commit, descriptions and properties: varve alter",
        "",
        "Examples:",
        "  varve column add flights carrier string",
        "  varve column rename flights delay delay_minutes"
      })
  private static final class Columns extends Group {
    @Override
    List<Object> commands(Terminal terminal) {
      return List.of(
          new ColumnCommands.Add(terminal),
          new ColumnCommands.Rename(terminal),
          new ColumnCommands.Drop(terminal),
          new ColumnCommands.Widen(terminal),
          new ColumnCommands.Move(terminal));
    }
  }

  @Command(
      name = "table",
      description = "Change the key, the partitioning and the order of a table.",
      footer = {
        "",
        "Columns are changed by 'varve column', names by 'varve rename'; several changes in one",
        "commit, and properties, by 'varve alter'.",
        "",
        "Examples:",
        "  varve table set-key flights carrier number",
        "  varve table partition-by flights 'month(date)'"
      })
  private static final class Layouts extends Group {
    @Override
    List<Object> commands(Terminal terminal) {
      return List.of(
          new LayoutCommands.SetKey(terminal),
          new LayoutCommands.PartitionBy(terminal),
          new LayoutCommands.SortBy(terminal));
    }
  }

  @Command(
      name = "namespace",
      description = "Make, list and delete namespaces.",
      footer = {"", "Examples:", "  varve namespace create sales"})
  private static final class Namespaces extends Group {
    @Override
    List<Object> commands(Terminal terminal) {
      return List.of(
          new NamespaceCommands.Create(terminal),
          new NamespaceCommands.ListAll(terminal),
          new NamespaceCommands.Delete(terminal));
    }
  }

  @Command(
      name = "backup",
      description = "Make, list and verify backups of a server.",
      footer = {
        "",
        "The server says where they go: varve serve --backup.directory DIR",
        "",
        "Examples:",
        "  varve backup create --with-files",
        "  varve backup list"
      })
  private static final class Backups extends Group {
    @Override
    List<Object> commands(Terminal terminal) {
      return List.of(
          new BackupCommands.Create(terminal),
          new BackupCommands.ListAll(terminal),
          new BackupCommands.Verify(terminal));
    }
  }

  @Command(
      name = "prepared",
      description = "List, show, resolve, publish and abandon merges that were prepared.",
      footer = {
        "",
        "Prepare one with --prepare of merge, cherry-pick or revert. It is a branch, merge/N, that",
        "SQL and every engine can read as a revision, and it blocks nobody.",
        "",
        "Examples:",
        "  varve merge experiment --into main --prepare",
        "  varve sql \"SELECT count(*) FROM flights\" --ref merge/1",
        "  varve prepared publish merge/1",
        "",
        "One that meets conflicts keeps them: list them with 'conflicts', say which value wins with",
        "'resolve', make the merge with 'finish', and publish it."
      })
  private static final class PreparedMerges extends Group {
    @Override
    List<Object> commands(Terminal terminal) {
      return List.of(
          new PreparedCommands.ListAll(terminal),
          new PreparedCommands.Show(terminal),
          new ConflictCommands.ListAll(terminal),
          new ConflictCommands.Resolve(terminal),
          new ConflictCommands.Finish(terminal),
          new PreparedCommands.Publish(terminal),
          new PreparedCommands.Abandon(terminal));
    }
  }

  @Command(
      name = "repo",
      description = "Make, list and delete repositories.",
      footer = {"", "Examples:", "  varve repo list"})
  private static final class Repositories extends Group {
    @Override
    List<Object> commands(Terminal terminal) {
      return List.of(
          new ServerCommands.ListRepositories(terminal),
          new ServerCommands.CreateRepository(terminal),
          new ServerCommands.DeleteRepository(terminal));
    }
  }
}
