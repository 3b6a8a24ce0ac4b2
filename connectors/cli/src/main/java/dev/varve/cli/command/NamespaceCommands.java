package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.Namespaces.Namespace;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommands of {@code varve namespace}. */
final class NamespaceCommands {
  private NamespaceCommands() {}

  @Command(
      name = "create",
      description = "Make a namespace.",
      footer = {
        "",
        "Examples:",
        "  varve namespace create sales",
        "  varve namespace create sales.eu --set owner=ada"
      })
  static final class Create extends WriteCommand {
    @Parameters(paramLabel = "NAME", description = "The namespace; levels are joined by dots.")
    private String name;

    @Option(
        names = "--set",
        paramLabel = "KEY=VALUE",
        description = "A property of the namespace; repeatable.")
    private Map<String, String> set = new TreeMap<>();

    @Mixin private BranchOption branch = new BranchOption();

    Create(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return report(
          repository().namespaces().create(branch.name(), name, new TreeMap<>(set), options()));
    }
  }

  @Command(
      name = "list",
      aliases = "ls",
      description = "List the namespaces.",
      footer = {"", "Examples:", "  varve namespace list", "  varve namespace list --ref v1"})
  static final class ListAll extends ListCommand {
    @Mixin private RefOption ref = new RefOption();

    ListAll(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(
          repository().namespaces().list(ref.revision()),
          table("NAME", "PROPERTIES"),
          ListAll::cells);
    }

    private static List<String> cells(Namespace namespace) {
      return List.of(
          namespace.name(),
          namespace.properties().isEmpty() ? "" : namespace.properties().toString());
    }
  }

  @Command(
      name = "delete",
      aliases = {"drop", "rm"},
      description = "Drop an empty namespace.",
      footer = {"", "Examples:", "  varve namespace delete sales"})
  static final class Delete extends WriteCommand {
    @Parameters(paramLabel = "NAME", description = "The namespace.")
    private String name;

    @Mixin private BranchOption branch = new BranchOption();

    Delete(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return report(repository().namespaces().drop(branch.name(), name, options()));
    }
  }
}
