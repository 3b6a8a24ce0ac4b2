package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands that need no server: {@code varve version} and {@code completion}. */
final class OtherCommands {
  private OtherCommands() {}

  /** The version that was built. */
  static String version() {
    String version = OtherCommands.class.getPackage().getImplementationVersion();
    return "varve " + (version == null ? "unknown" : version);
  }

  @Command(
      name = "version",
      description = "Show the version.",
      footer = {"", "Examples:", "  varve version"})
  static final class Version implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    Version(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      String version = version();
      String java = Runtime.version().toString();
      terminal
          .out()
          .println(
              json
                  ? "{\"varve\":\"" + version.substring(6) + "\",\"java\":\"" + java + "\"}"
                  : version + " on Java " + java);
      return 0;
    }
  }

  @Command(
      name = "completion",
      description = "Print a script that completes commands and options in a shell.",
      footer = {
        "",
        "Examples:",
        "  source <(varve completion bash)",
        "  varve completion zsh > ~/.varve-completion && source ~/.varve-completion"
      })
  static final class Completion implements Callable<Integer> {
    /** The shells that understand the script. */
    enum Shell {
      bash,
      zsh
    }

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @SuppressWarnings("UnusedVariable") // the script serves both shells
    @Parameters(
        arity = "0..1",
        paramLabel = "SHELL",
        defaultValue = "bash",
        description = "${COMPLETION-CANDIDATES} (default: bash); the script serves both.")
    private Shell shell;

    Completion(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      CommandLine all = Commands.all(terminal);
      terminal.out().print(AutoComplete.bash(spec.root().name(), all));
      return 0;
    }
  }
}
