package dev.varve.client;

import java.util.Optional;

/** The branches of a repository. */
public final class Branches {
  private final RemoteRepository repository;

  Branches(RemoteRepository repository) {
    this.repository = repository;
  }

  /** All branches whose names start with {@code prefix}, by name. */
  public Listing<Ref> list(String prefix) {
    return Paging.listing(
        repository.transport(),
        () ->
            repository
                .call("GET", "/branches")
                .with("prefix", Optional.of(prefix).filter(p -> !p.isEmpty())),
        Ref.class);
  }

  /** Where a branch stands. */
  public Ref load(String name) {
    return repository.get(repository.call("GET", "/branches").refSegments(name), Ref.class);
  }

  /**
   * Makes a branch; nothing is copied.
   *
   * @param from the revision it starts at
   */
  public Ref create(String name, String from, CommitOptions why) {
    return repository.write(
        repository.call("POST", "/branches"),
        Fields.of("name", name).and("from", from).and(why).values(),
        Ref.class);
  }

  /**
   * Deletes a branch; its reflog stays, and {@code name@{1}} still names the commit it stood at.
   *
   * @param expected the commit it must stand at, if that matters
   * @param author who, for the reflog
   * @return where it stood
   */
  public Ref delete(String name, Optional<String> expected, Optional<String> author) {
    return Json.read(
        repository
            .transport()
            .write(
                repository
                    .call("DELETE", "/branches")
                    .refSegments(name)
                    .with("expected", expected)
                    .with("author", author),
                Transport.Body.NONE),
        Ref.class);
  }

  /**
   * Gives a branch another name.
   *
   * @param author who, for the reflogs
   */
  public Ref rename(String from, String to, Optional<String> author) {
    return repository.write(
        repository.call("POST", "/branches-rename"),
        Fields.of("from", from).and("to", to).and("author", author).values(),
        Ref.class);
  }

  /**
   * Moves a branch to any revision; what it named before stays in its reflog.
   *
   * @param expected the commit it must stand at, if that matters
   */
  public Ref reset(String branch, String to, Optional<String> expected, CommitOptions why) {
    return repository.write(
        repository.call("POST", "/reset"),
        Fields.of("branch", branch).and("to", to).and("expected", expected).and(why).values(),
        Ref.class);
  }
}
