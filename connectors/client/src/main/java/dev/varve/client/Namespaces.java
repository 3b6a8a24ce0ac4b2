package dev.varve.client;

import java.util.Optional;
import java.util.SortedMap;

/** The namespaces of a repository, which group tables. */
public final class Namespaces {
  private final RemoteRepository repository;

  Namespaces(RemoteRepository repository) {
    this.repository = repository;
  }

  /** A namespace: its name, levels joined by dots, and its properties. */
  public record Namespace(String name, SortedMap<String, String> properties) {}

  /** All namespaces at a revision, by name. */
  public Listing<Namespace> list(String ref) {
    return Paging.listing(
        repository.transport(),
        () -> repository.call("GET", "/namespaces").with("ref", ref),
        Namespace.class);
  }

  /** Makes a namespace on a branch. */
  public WriteResult create(
      String branch, String name, SortedMap<String, String> properties, CommitOptions options) {
    return repository.write(
        repository.call("POST", "/namespaces"),
        Fields.of("name", name)
            .and("namespaceProperties", properties.isEmpty() ? Optional.empty() : properties)
            .and("branch", branch)
            .and(options)
            .values(),
        WriteResult.class);
  }

  /** Drops an empty namespace from a branch. */
  public WriteResult drop(String branch, String name, CommitOptions options) {
    return Json.read(
        repository
            .transport()
            .write(
                repository
                    .call("DELETE", "/namespaces")
                    .segment(name)
                    .with("branch", branch)
                    .with(options),
                Transport.Body.NONE),
        WriteResult.class);
  }
}
