package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.Backups.Backup;
import dev.varve.client.Backups.Check;
import dev.varve.client.Backups.Content;
import dev.varve.client.Backups.Listed;
import dev.varve.client.Backups.Progress;
import dev.varve.client.Backups.Verification;
import dev.varve.client.Fsck;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommands of {@code varve backup}. */
final class BackupCommands {
  private BackupCommands() {}

  /** What the commands that work on a backup have in common. */
  @Command
  abstract static class Working extends ClientCommand {
    private final ProgressLine line;

    Working(Terminal terminal) {
      super(terminal);
      this.line = new ProgressLine(terminal, "backup");
    }

    void show(Progress progress) {
      String count =
          progress.objects() > 0
              ? Quantity.of(progress.objects(), "object")
              : Quantity.of(progress.files(), "new file");
      line.show(progress.phase() + ", " + count + ", " + Quantity.bytes(progress.bytes()));
    }

    void clear() {
      line.clear();
    }

    /** On standard error, so that the answer on standard output stays one. */
    void tell(Fsck.Finding finding) {
      line.clear();
      terminal().err().println(finding.code() + ": " + finding.message());
    }

    String verdict(Check check) {
      return "verified backup %d: %s, %s; %s"
          .formatted(
              check.number(),
              Quantity.of(check.objects(), "object"),
              Quantity.of(check.files(), "file"),
              check.clean()
                  ? style().green("clean")
                  : style().red(Quantity.of(check.found(), "finding")));
    }
  }

  @Command(
      name = "create",
      description =
          "Back up all repositories of a server into its backup.directory; others read and write"
              + " meanwhile. Copies only what no backup has yet.",
      footer = {
        "",
        "What was acknowledged before the backup began is in it. Bring it back with 'varve restore'.",
        "",
        "Examples:",
        "  varve backup create --with-files --verify",
        "  varve backup create --keep 14"
      })
  static final class Create extends Working {
    @Option(
        names = "--with-files",
        description = "Copy the tables' files too, those that no backup has yet.")
    private boolean withFiles;

    @Option(
        names = "--verify",
        description = "Restore it beside the backups for a while and check all of it.")
    private boolean verify;

    @Option(names = "--keep", paramLabel = "N", description = "Delete all but the newest N.")
    private Integer keep;

    Create(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      if (keep != null && keep < 1) {
        throw new Usage("--keep must be at least 1", "");
      }
      Backup made;
      try {
        made =
            client()
                .backups()
                .create(
                    withFiles ? Content.CATALOG_AND_FILES : Content.CATALOG,
                    verify ? Verification.NOW : Verification.LATER,
                    keep == null ? OptionalInt.empty() : OptionalInt.of(keep),
                    this::show,
                    this::tell);
      } finally {
        clear();
      }
      boolean clean = made.verified().map(Check::clean).orElse(true);
      if (json()) {
        printJson(made);
      } else {
        print(
            "made backup %d: %s new in %s, the catalog has %s"
                .formatted(
                    made.number(),
                    Quantity.bytes(made.copiedBytes()),
                    made.withFiles()
                        ? "the catalog and " + Quantity.of(made.copiedFiles(), "file")
                        : "the catalog",
                    Quantity.bytes(made.catalogBytes())));
        made.verified().ifPresent(check -> print(verdict(check)));
      }
      return clean ? OK : DAMAGED;
    }
  }

  @Command(
      name = "list",
      aliases = "ls",
      description = "List the backups of a server, the oldest first.",
      footer = {"", "Examples:", "  varve backup list"})
  static final class ListAll extends ClientCommand {
    ListAll(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Listed all = client().backups().list();
      if (json()) {
        return printJson(all);
      }
      TextTable table = table("NUMBER|", "TIME", "FILES", "CATALOG|", "ADDED|");
      all.items()
          .forEach(
              backup ->
                  table.add(
                      List.of(
                          String.valueOf(backup.number()),
                          backup.time(),
                          backup.withFiles() ? "yes" : "no",
                          Quantity.bytes(backup.catalogBytes()),
                          Quantity.bytes(backup.copiedBytes()))));
      print(table);
      return OK;
    }
  }

  @Command(
      name = "verify",
      description =
          "Verify a backup: restore its catalog beside it for a while and check all that it refers"
              + " to, files included if they are in it.",
      footer = {
        "",
        "Exit codes: 0 clean, 4 damage found.",
        "",
        "Examples:",
        "  varve backup verify",
        "  varve backup verify 12"
      })
  static final class Verify extends Working {
    @Parameters(
        paramLabel = "NUMBER",
        arity = "0..1",
        description = "Which backup; the newest if left out.")
    private Integer number;

    Verify(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Check check;
      try {
        check =
            client()
                .backups()
                .verify(
                    number == null ? OptionalInt.empty() : OptionalInt.of(number),
                    this::show,
                    this::tell);
      } finally {
        clear();
      }
      if (json()) {
        printJson(check);
      } else {
        print(verdict(check));
      }
      return check.clean() ? OK : DAMAGED;
    }
  }

  @Command(
      name = "restore",
      description =
          "Make a data directory of a backup, and verify it. Run by the launcher: no server is"
              + " needed, and none may use the directory.",
      footer = {
        "",
        "Files are brought back to where tables say that they are: the absolute path of the",
        "warehouse that was backed up. Files that are there are left alone.",
        "Exit codes: 0 restored and clean, 4 restored and damage found.",
        "",
        "Examples:",
        "  varve restore /backup/varve --data /srv/lake",
        "  varve restore /backup/varve --data /srv/lake --backup 12"
      })
  @SuppressWarnings("UnusedVariable") // the options are there to be told of
  static final class Restore implements Callable<Integer> {
    @Parameters(paramLabel = "BACKUPS", description = "The server's backup.directory.")
    private String backups;

    @Option(
        names = "--data",
        paramLabel = "DIR",
        required = true,
        description = "The new data directory: empty, or not there yet.")
    private String data;

    @Option(
        names = "--backup",
        paramLabel = "N",
        description = "Which backup (default: the newest).")
    private Integer number;

    @Option(names = "--json", description = "Print what is found as JSON lines.")
    private boolean json;

    @Override
    public Integer call() {
      throw new Usage(
          "a backup is restored by the launcher", "run the script 'varve' of the distribution");
    }
  }
}
