package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Map;

/**
 * A Varve server.
 *
 * <pre>{@code
 * RemoteRepository lake = VarveClient.connect(ClientSettings.DEFAULT_URL).repository("lake");
 * lake.branches().create("experiment", "main", CommitOptions.NONE);
 * lake.history().log(LogQuery.of("experiment")).stream().limit(10).forEach(…);
 * }</pre>
 *
 * <p>Making one sends nothing. Connections are kept and shared; there is nothing to close.
 */
public final class VarveClient {
  private final Transport transport;

  /** A client with settings of its own. */
  public VarveClient(ClientSettings settings) {
    this.transport = new Transport(settings);
  }

  /** A client with the default settings. */
  public static VarveClient connect(URI url) {
    return new VarveClient(ClientSettings.of(url));
  }

  /** The names of the server's repositories. */
  public Listing<RepositoryName> repositories() {
    return Paging.listing(transport, () -> new Call("GET", "/api/v1/repos"), RepositoryName.class);
  }

  /** An entry of the list of repositories. */
  public record RepositoryName(String name) {}

  /**
   * Makes a repository with one empty commit and the branch {@code main}.
   *
   * @throws VarveException with code {@code repository-exists} if the name is taken
   */
  public RemoteRepository createRepository(String name) {
    transport.write(new Call("POST", "/api/v1/repos"), Transport.Body.json(Map.of("name", name)));
    return repository(name);
  }

  /**
   * Deletes a repository with its whole history, for ever; the files of its tables stay.
   *
   * @throws VarveException with code {@code repository-not-found}, or {@code forbidden} for the
   *     default one
   */
  public DeletedRepository deleteRepository(String name) {
    Call call = new Call("DELETE", "/api/v1/repos").segment(name).with("confirm", name);
    return Json.read(transport.write(call, Transport.Body.NONE), DeletedRepository.class);
  }

  /**
   * A repository that is gone.
   *
   * @param warehouse the directory where the files of its tables stay, among those of others
   */
  public record DeletedRepository(String name, String warehouse) {}

  /** A repository by name; that it exists is seen by the first call only. */
  public RemoteRepository repository(String name) {
    return new RemoteRepository(transport, name);
  }

  /** The backups of the server. */
  public Backups backups() {
    return new Backups(transport);
  }

  /**
   * What the server says of its health, as it says it.
   *
   * @throws VarveException if it does not answer or is not well
   */
  public JsonNode health() {
    return transport.get(new Call("GET", "/healthz"));
  }
}
