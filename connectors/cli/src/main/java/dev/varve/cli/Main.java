package dev.varve.cli;

import dev.varve.cli.command.Commands;
import dev.varve.cli.text.Terminal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** Runs one command and ends with its exit code. */
public final class Main {
  private static final int MOST_COLUMNS = 100;
  private static final int USUAL_COLUMNS = 80;

  private Main() {}

  /** Runs the command that {@code arguments} name. */
  public static void main(String[] arguments) {
    Terminal terminal = Terminal.ofProcess();
    int code = run(terminal, arguments);
    terminal.out().flush();
    terminal.err().flush();
    endSelectors();
    System.exit(code);
  }

  /**
   * Ends the threads with which the JDK's HTTP client waits for the network. They wait in native
   * code, and the JVM gives such threads 0.3 s before it ends; the client cannot be closed before
   * Java 21.
   */
  private static void endSelectors() {
    Thread[] threads = new Thread[Thread.activeCount() + 8];
    int count = Thread.enumerate(threads);
    for (Thread thread : Arrays.asList(threads).subList(0, count)) {
      if (thread.getName().endsWith("-SelectorManager")) {
        thread.interrupt();
        try {
          thread.join(100);
        } catch (InterruptedException e) {
          return; // It ends anyhow.
        }
      }
    }
  }

  /** Runs a command with streams of one's own. */
  public static int run(Terminal terminal, String... arguments) {
    Errors errors = new Errors(terminal, List.of(arguments).contains("--json"));
    CommandLine line = Commands.forArguments(terminal, List.of(arguments));
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setUsageHelpWidth(
        Math.max(
            USUAL_COLUMNS, Math.min(MOST_COLUMNS, terminal.outColumns().orElse(MOST_COLUMNS))));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            terminal.colors() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setParameterExceptionHandler(errors::usage);
    line.setExecutionExceptionHandler(errors::failure);
    return line.execute(arguments);
  }
}
