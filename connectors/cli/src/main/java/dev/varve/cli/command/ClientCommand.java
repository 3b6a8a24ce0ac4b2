package dev.varve.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.cli.text.Style;
import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.ClientSettings;
import dev.varve.client.Credential;
import dev.varve.client.Json;
import dev.varve.client.RemoteRepository;
import dev.varve.client.VarveClient;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command that talks to a server has in common. */
@Command(mixinStandardHelpOptions = false)
abstract class ClientCommand implements Callable<Integer> {
  static final int OK = 0;
  static final int CONFLICT = 3;
  static final int DAMAGED = 4;

  private static final String DEFAULT_REPOSITORY = "lake";
  private static final int CHECK_EVERY = 500;

  private final Terminal terminal;
  private long linesPrinted;

  @Option(
      names = "--url",
      paramLabel = "URL",
      order = 900,
      description = "The server; else VARVE_URL, else http://127.0.0.1:19130.")
  private String url;

  @Option(
      names = "--repo",
      paramLabel = "NAME",
      order = 901,
      description = "The repository; else VARVE_REPO, else lake.")
  private String repository;

  @Option(
      names = "--json",
      order = 902,
      description = "Print the API's answer as JSON; errors too, on standard error.")
  private boolean json;

  ClientCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public abstract Integer call() throws Exception;

  Terminal terminal() {
    return terminal;
  }

  Style style() {
    return terminal.style();
  }

  /** Whether the answer is wanted as JSON. */
  public boolean json() {
    return json;
  }

  VarveClient client() {
    ClientSettings settings = ClientSettings.of(address());
    String credential = terminal.environment().getOrDefault("VARVE_CREDENTIAL", "");
    if (credential.isBlank()) {
      return new VarveClient(settings);
    }
    try {
      return new VarveClient(settings.withCredential(Credential.parse(credential.strip())));
    } catch (IllegalArgumentException e) {
      throw new Usage(
          "cannot use VARVE_CREDENTIAL: " + e.getMessage(),
          "make one with 'varve credential NAME --file FILE'");
    }
  }

  private URI address() {
    String text = url == null ? terminal.environment().get("VARVE_URL") : url;
    if (text == null || text.isBlank()) {
      return ClientSettings.DEFAULT_URL;
    }
    try {
      return ClientSettings.of(URI.create(text.contains("://") ? text : "http://" + text)).url();
    } catch (IllegalArgumentException e) {
      throw new Usage(
          "'" + text + "' is not the address of a server",
          "it looks like " + ClientSettings.DEFAULT_URL);
    }
  }

  RemoteRepository repository() {
    String name = repository == null ? terminal.environment().get("VARVE_REPO") : repository;
    return client().repository(name == null || name.isBlank() ? DEFAULT_REPOSITORY : name);
  }

  void print(String line) {
    terminal.out().println(line);
    // A reader such as 'head' may have left; nobody waits for the rest then.
    if (++linesPrinted % CHECK_EVERY == 0 && terminal.out().checkError()) {
      throw new ReaderGone();
    }
  }

  void print(TextTable table) {
    table.lines().forEach(this::print);
  }

  /** An empty table, aligned by headers: those that end in a bar are flush right. */
  TextTable table(String... headers) {
    List<String> names = List.of(headers).stream().map(h -> h.replace("|", "")).toList();
    List<TextTable.Align> aligns =
        List.of(headers).stream()
            .map(h -> h.endsWith("|") ? TextTable.Align.RIGHT : TextTable.Align.LEFT)
            .toList();
    return new TextTable(names, aligns, style(), terminal.outColumns());
  }

  int printJson(Object answer) {
    boolean person = terminal.outColumns().isPresent();
    print(person ? Json.pretty(answer) : Json.write(answer));
    return OK;
  }

  static String text(JsonNode cell) {
    return cell.isNull() ? "NULL" : cell.isContainerNode() ? cell.toString() : cell.asText();
  }
}
