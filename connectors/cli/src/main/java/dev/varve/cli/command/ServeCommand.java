package dev.varve.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code varve serve}: told of here, run by the launcher, for it has another class path. */
@Command(
    name = "serve",
    description =
        "Start the server: one process, with history and tables in one directory, that listens on"
            + " this machine only. Stop it with Ctrl-C.",
    footer = {
      "",
      "More settings: varve serve --settings",
      "Exit codes: 2 a setting cannot be used, 3 another server uses the data, 4 it cannot listen,",
      "  1 anything else; ended by a signal, 130 or 143.",
      "",
      "Examples:",
      "  varve serve",
      "  varve serve --port 0 --data /tmp/lake      (any free port, which is printed)",
      "  VARVE_JAVA_OPTS=-Xmx4g varve serve"
    })
@SuppressWarnings("UnusedVariable") // the options are there to be told of
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port to listen on; 0 picks a free one (default: 19130).")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where history and tables lie (default: ./varve-data).")
  private String data;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "The address to listen on (default: 127.0.0.1).")
  private String host;

  @Option(names = "--config", paramLabel = "FILE", description = "A file of 'key = value' lines.")
  private String config;

  @Option(names = "--settings", description = "Show every setting and its default.")
  private boolean settings;

  @Unmatched private List<String> others;

  @Override
  public Integer call() {
    throw new Usage(
        "the server is started by the launcher", "run the script 'varve' of the distribution");
  }
}
