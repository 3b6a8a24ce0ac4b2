package dev.varve.engine.table;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.change.KeyChange.Delete;
import dev.varve.catalog.change.KeyChange.Put;
import dev.varve.catalog.change.KeyChange.Unchanged;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The namespaces of a lake: what tables are grouped in, to any depth, with properties.
 *
 * <p>{@code default} exists at every commit, even where no entry says so. Every other namespace,
 * and the parent of every nested one, must be created before it is used. Safe for use by many
 * threads.
 */
public final class Namespaces {
  private static final int DROP_ATTEMPTS = 20;

  private final Repository repository;

  Namespaces(Repository repository) {
    this.repository = repository;
  }

  /** Whether the namespace exists at a commit. */
  public boolean exists(ObjectId commit, NamespaceName name) {
    return name.equals(NamespaceName.DEFAULT) || content(commit, name).isPresent();
  }

  /**
   * The properties of a namespace.
   *
   * @throws dev.varve.catalog.error.VarveException if it does not exist at the commit
   */
  public SortedMap<String, String> load(ObjectId commit, NamespaceName name) {
    return properties(commit, name)
        .orElseThrow(() -> TableErrors.namespaceNotFound(name, commit.abbreviate()));
  }

  private Optional<SortedMap<String, String>> properties(ObjectId commit, NamespaceName name) {
    Optional<Content> content = content(commit, name);
    if (content.isEmpty()) {
      return name.equals(NamespaceName.DEFAULT)
          ? Optional.of(Collections.emptySortedMap())
          : Optional.empty();
    }
    return Optional.of(NamespaceContent.decode(repository.value(content.get().value())));
  }

  /**
   * The namespaces directly below {@code parent}, or of the first level, in order.
   *
   * @param after the last one of the page before, empty for the first page
   * @param limit how many at most
   */
  public List<NamespaceName> list(
      ObjectId commit, Optional<NamespaceName> parent, Optional<NamespaceName> after, int limit) {
    TreeSet<NamespaceName> names = new TreeSet<>();
    if (parent.isEmpty() && after.map(a -> a.compareTo(NamespaceName.DEFAULT) < 0).orElse(true)) {
      names.add(NamespaceName.DEFAULT);
    }
    Scan.children(
            repository.tree(commit),
            parent.map(NamespaceName::key),
            after.map(NamespaceName::key),
            ContentType.NAMESPACE,
            limit)
        .forEach(entry -> names.add(new NamespaceName(entry.key())));
    return names.stream().limit(limit).toList();
  }

  /**
   * Creates a namespace.
   *
   * @throws dev.varve.catalog.error.VarveException if it exists, or its parent does not
   */
  public CommitResult create(
      WriteOptions options, NamespaceName name, Map<String, String> properties) {
    ObjectId head = Heads.of(repository, options.branch());
    if (exists(head, name)) {
      throw TableErrors.namespaceExists(name, options.branch().toString());
    }
    List<KeyChange> changes = new ArrayList<>();
    name.parent().flatMap(parent -> require(head, parent)).ifPresent(changes::add);
    changes.add(
        new Put(
            name.key(),
            Optional.empty(),
            ContentType.NAMESPACE,
            idOf(name),
            NamespaceContent.encode(properties)));
    return KeyCommits.commit(
        repository, options, "create namespace " + name, changes, Optional.empty());
  }

  /**
   * Sets and removes properties; those not named stay.
   *
   * @return the commit, or empty if nothing would change
   * @throws dev.varve.catalog.error.VarveException if the namespace does not exist, or is changed
   *     by another writer at the same time
   */
  public Optional<CommitResult> update(
      WriteOptions options, NamespaceName name, Map<String, String> set, Set<String> remove) {
    ObjectId head = Heads.of(repository, options.branch());
    SortedMap<String, String> before =
        properties(head, name)
            .orElseThrow(() -> TableErrors.namespaceNotFound(name, options.branch().toString()));
    SortedMap<String, String> after = new TreeMap<>(before);
    after.keySet().removeAll(remove);
    after.putAll(set);
    if (after.equals(before)) {
      return Optional.empty();
    }
    Optional<Content> content = content(head, name);
    Put put =
        new Put(
            name.key(),
            content,
            ContentType.NAMESPACE,
            content.map(Content::id).orElseGet(() -> idOf(name)),
            NamespaceContent.encode(after));
    return Optional.of(
        KeyCommits.commit(
            repository,
            options,
            "set properties of namespace " + name,
            List.of(put),
            Optional.empty()));
  }

  /**
   * Drops an empty namespace. That it is empty holds at the very commit: when the branch moves
   * meanwhile, it is looked at again.
   *
   * @throws dev.varve.catalog.error.VarveException if it does not exist or holds anything
   */
  public CommitResult drop(WriteOptions options, NamespaceName name) {
    if (name.equals(NamespaceName.DEFAULT)) {
      throw TableErrors.defaultNamespaceStays();
    }
    for (int attempt = 1; ; attempt++) {
      ObjectId head = Heads.of(repository, options.branch());
      Content content =
          content(head, name)
              .orElseThrow(() -> TableErrors.namespaceNotFound(name, options.branch().toString()));
      long inside = repository.tree(head).count(name.key()) - 1;
      if (inside > 0) {
        throw TableErrors.namespaceNotEmpty(name, inside);
      }
      try {
        return KeyCommits.commit(
            repository,
            options,
            "drop namespace " + name,
            List.of(new Delete(name.key(), content)),
            Optional.of(head));
      } catch (RefMovedException e) {
        if (attempt == DROP_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * The condition that a namespace is still there when a commit is applied, for what is created in
   * it; empty where it cannot go.
   *
   * @throws dev.varve.catalog.error.VarveException if it is not there at {@code commit}
   */
  Optional<KeyChange> require(ObjectId commit, NamespaceName name) {
    if (name.equals(NamespaceName.DEFAULT)) {
      return Optional.empty();
    }
    Content content =
        content(commit, name)
            .orElseThrow(() -> TableErrors.namespaceNotFound(name, commit.abbreviate()));
    return Optional.of(new Unchanged(name.key(), Optional.of(content)));
  }

  /** A namespace is its name: two branches that create it create the same content. */
  private static ContentId idOf(NamespaceName name) {
    String text = "namespace\0" + String.join("\0", name.key().elements());
    return new ContentId(UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Optional<Content> content(ObjectId commit, NamespaceName name) {
    return repository
        .tree(commit)
        .get(name.key())
        .filter(content -> content.type().equals(ContentType.NAMESPACE));
  }
}
