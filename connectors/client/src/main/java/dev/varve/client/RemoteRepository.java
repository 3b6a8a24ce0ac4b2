package dev.varve.client;

import java.net.URI;
import java.util.Optional;

/** One repository of a server: the way to its groups of calls. */
public final class RemoteRepository {
  private final Transport transport;
  private final String name;

  RemoteRepository(Transport transport, String name) {
    this.transport = transport;
    this.name = name;
  }

  /**
   * Facts about a repository.
   *
   * @param branches how many branches there are, where the server counts them
   */
  public record Info(
      String name,
      String defaultBranch,
      Optional<Long> branches,
      Optional<Long> tags,
      Optional<Long> tables) {}

  /** The repository's name. */
  public String name() {
    return name;
  }

  /** The address of its server. */
  public URI url() {
    return transport.settings().url();
  }

  /** Who the client is to its server, as the value of {@code Authorization}, if it says so. */
  public Optional<String> authorization() {
    return transport.settings().credential().map(Credential::header);
  }

  /** Reads facts about the repository; the cheapest way to see whether it exists. */
  public Info info() {
    return Json.read(transport.get(call("GET", "")), Info.class);
  }

  /** Makes, lists, moves and deletes branches. */
  public Branches branches() {
    return new Branches(this);
  }

  /** Makes, lists and deletes tags. */
  public Tags tags() {
    return new Tags(this);
  }

  /** Reads commits, the reflog and differences. */
  public History history() {
    return new History(this);
  }

  /** Reads and writes tables. */
  public Tables tables() {
    return new Tables(this);
  }

  /** Makes, lists and drops namespaces. */
  public Namespaces namespaces() {
    return new Namespaces(this);
  }

  /** Runs SQL queries. */
  public Queries queries() {
    return new Queries(this);
  }

  /** Merges, reverts and cherry-picks. */
  public Merges merges() {
    return new Merges(this);
  }

  /** Verifies the repository. */
  public Fsck fsck() {
    return new Fsck(this);
  }

  /** Exports the repository as one file, or imports one. */
  public Archives archives() {
    return new Archives(this);
  }

  Transport transport() {
    return transport;
  }

  Call call(String method, String path) {
    return new Call(method, "/api/v1/repos").segment(name).fixed(path);
  }

  <T> T get(Call call, Class<T> type) {
    return Json.read(transport.get(call), type);
  }

  <T> T write(Call call, Object body, Class<T> type) {
    return Json.read(transport.write(call, Transport.Body.json(body)), type);
  }
}
