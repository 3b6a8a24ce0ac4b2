package dev.varve.server;

import dev.varve.server.auth.CredentialFile;
import dev.varve.server.settings.SettingException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code credential NAME --file FILE}: makes a credential that a server will know. */
final class CredentialCommand {
  private CredentialCommand() {}

  /**
   * Runs it: the credential goes to standard output, alone, and what to do with it to standard
   * error.
   */
  static int run(List<String> arguments) {
    List<String> words =
        arguments.stream()
            .flatMap(
                word ->
                    word.startsWith("--file=")
                        ? List.of("--file", word.substring(7)).stream()
                        : List.of(word).stream())
            .toList();
    int option = words.indexOf("--file");
    if (words.size() != 3 || option < 0 || option == 2) {
      throw new SettingException(
          "a credential has a name, and a file that it is put into",
          "write: varve credential NAME --file FILE");
    }
    String name = words.get(option == 0 ? 2 : 0);
    Path file = Path.of(words.get(option + 1)).toAbsolutePath().normalize();
    String secret;
    try {
      secret = CredentialFile.add(file, name);
    } catch (IOException e) {
      throw new SettingException(
          "cannot write the credentials to '" + file + "': " + e.getMessage(),
          "its directory must be there and writable");
    }
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    err.println("'" + name + "' is in '" + file + "'; its secret is kept nowhere but here:");
    new PrintStream(System.out, true, StandardCharsets.UTF_8).println(name + ":" + secret);
    err.println("the server takes it from:   varve serve --auth.credentials " + file);
    err.println("the command line uses it:   export VARVE_CREDENTIAL=" + name + ":…");
    err.println("an Iceberg engine uses it:  credential=" + name + ":… and rest.auth.type=oauth2");
    return 0;
  }
}
