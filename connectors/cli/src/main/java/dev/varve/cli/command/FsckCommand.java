package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Fsck;
import dev.varve.client.Fsck.Finding;
import dev.varve.client.Fsck.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code varve fsck}; with {@code --data} the launcher runs it with the server's classes. */
@Command(
    name = "fsck",
    description =
        "Verify a repository: that all that its branches, tags and reflogs lead to is there and is"
            + " whole. Changes nothing; others read and write meanwhile.",
    footer = {
      "",
      "Cost: reads each object of the history once; 'metadata' also each manifest list, and 'files'",
      "each manifest. No rows are read.",
      "Exit codes: 0 clean, 4 damage found.",
      "",
      "Examples:",
      "  varve fsck",
      "  varve fsck --level files",
      "  varve fsck --data /srv/lake        (without a server, in its data directory)"
    })
final class FsckCommand extends ClientCommand {
  /** How far to look, as it is typed. */
  enum Level {
    catalog,
    metadata,
    files
  }

  @Option(
      names = "--level",
      defaultValue = "metadata",
      description =
          "${COMPLETION-CANDIDATES} (default: metadata): the history alone, or also the files of"
              + " metadata, or also all data files.")
  private Level level;

  @Option(
      names = "--unreachable",
      description = "List the objects that nothing leads to, too; they harm nothing.")
  private boolean unreachable;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Verify a data directory that no server uses.")
  private String data;

  FsckCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    if (data != null) {
      throw new Usage(
          "a data directory is verified by the launcher",
          "run the script 'varve' of the distribution");
    }
    Told told = new Told(new ProgressLine(terminal(), "fsck"));
    Report report;
    try {
      report =
          repository()
              .fsck()
              .run(
                  Fsck.Level.valueOf(level.name().toUpperCase(Locale.ROOT)),
                  unreachable ? Fsck.Scope.EVERYTHING : Fsck.Scope.REACHABLE,
                  told);
    } finally {
      told.line.clear();
    }
    if (json()) {
      printJson(report.with(told.findings, told.unreachableObjects));
    } else {
      summary(report);
    }
    return report.clean() ? OK : DAMAGED;
  }

  private void summary(Report report) {
    StringBuilder text = new StringBuilder();
    text.append(Quantity.of(report.commits(), "commit"));
    text.append(", ").append(Quantity.of(report.nodes(), "node"));
    text.append(", ").append(Quantity.of(report.values(), "value"));
    text.append(" (").append(Quantity.bytes(report.bytes())).append("), ");
    text.append(Quantity.of(report.refs(), "ref"));
    text.append(", ").append(Quantity.count(report.reflogEntries())).append(" reflog entries");
    if (level != Level.catalog) {
      text.append("; ").append(Quantity.of(report.metadataFiles(), "metadata file"));
      text.append(", ").append(Quantity.of(report.manifests(), "manifest"));
    }
    if (level == Level.files) {
      text.append(", ").append(Quantity.of(report.dataFiles(), "data file"));
      text.append(" (").append(Quantity.bytes(report.dataBytes())).append(')');
    }
    print("checked " + text);
    if (unreachable) {
      print(
          "unreachable: %s (%s), which harm nothing"
              .formatted(
                  Quantity.of(report.unreachable(), "object"),
                  Quantity.bytes(report.unreachableBytes())));
    }
    print(
        report.clean()
            ? style().green("clean")
            : style().red(Quantity.of(report.found(), "finding")));
  }

  /** Prints what is found as it is found, or keeps it for the answer in JSON. */
  private final class Told implements Fsck.Listener {
    private final ProgressLine line;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Fsck.Unreachable> unreachableObjects = new ArrayList<>();

    Told(ProgressLine line) {
      this.line = line;
    }

    @Override
    public void found(Finding finding) {
      if (json()) {
        findings.add(finding);
        return;
      }
      line.clear();
      print(style().red(finding.code()) + ": " + finding.message());
      StringBuilder from = new StringBuilder();
      finding.ref().ifPresent(ref -> from.append(" from ").append(ref));
      finding.commit().ifPresent(commit -> from.append(" through commit ").append(commit));
      if (!from.isEmpty()) {
        print("  reached" + from);
      }
      finding.hint().ifPresent(hint -> print("  hint: " + hint));
    }

    @Override
    public void unreachable(Fsck.Unreachable object) {
      if (json()) {
        unreachableObjects.add(object);
      } else {
        line.clear();
        print("unreachable: %s (%s)".formatted(object.id(), Quantity.bytes(object.bytes())));
      }
    }

    @Override
    public void progress(Fsck.Progress progress) {
      line.show(
          "%s, %s, %s"
              .formatted(
                  Quantity.of(progress.objects(), "object"),
                  Quantity.bytes(progress.bytes()),
                  Quantity.of(progress.files(), "file")));
    }
  }
}
