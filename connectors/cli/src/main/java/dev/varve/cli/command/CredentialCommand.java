package dev.varve.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve credential}: told of here, run by the launcher, for the server knows the format. */
@Command(
    name = "credential",
    description =
        "Make a credential that a server will know: a name and a new secret, printed once. Run by the"
            + " launcher; no server is needed.",
    footer = {
      "",
      "A name that is there gets a new secret. To end a credential, delete its line in FILE: a",
      "running server sees it within a second, and its access tokens end too.",
      "",
      "Examples:",
      "  varve credential etl --file credentials",
      "  varve serve --auth.credentials credentials",
      "  VARVE_CREDENTIAL=etl:SECRET varve status"
    })
@SuppressWarnings("UnusedVariable") // the options are there to be told of
final class CredentialCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      description = "The client: letters, digits, '.', '_', '@' and '-'.")
  private String name;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "The server's auth.credentials; made if it is not there.")
  private String file;

  @Override
  public Integer call() {
    throw new Usage(
        "a credential is made by the launcher", "run the script 'varve' of the distribution");
  }
}
