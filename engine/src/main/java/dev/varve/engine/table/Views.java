package dev.varve.engine.table;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.change.KeyChange.Delete;
import dev.varve.catalog.change.KeyChange.Put;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;
import org.apache.iceberg.view.ViewProperties;

/**
 * The views of one lake: SQL texts that engines keep beside the tables, read at any commit, changed
 * on branches.
 *
 * <p>They share the tables' space of names, and like a table a view keeps its id across renames and
 * branches. Every change is one commit of the lake, durable when the method returns. Safe for use
 * by many threads.
 */
public final class Views {
  private final Repository repository;
  private final Warehouse warehouse;
  private final MetadataStore store;
  private final Namespaces namespaces;

  Views(Repository repository, Warehouse warehouse, MetadataStore store, Namespaces namespaces) {
    this.repository = repository;
    this.warehouse = warehouse;
    this.store = store;
    this.namespaces = namespaces;
  }

  /** The view as it stood at a commit, or empty if it did not exist there. */
  public Optional<LoadedView> find(ObjectId commit, TableName name) {
    return content(commit, name)
        .map(
            content -> {
              ViewMetadata metadata = ViewContent.decode(repository.value(content));
              return new LoadedView(name, content, commit, placed(metadata, content));
            });
  }

  /**
   * The views of a commit, in the order of their keys.
   *
   * @param namespace only those directly in it; empty for all views of the lake
   * @param after the last one of the page before, empty for the first page
   * @param limit how many at most
   */
  public List<TableName> list(
      ObjectId commit, Optional<NamespaceName> namespace, Optional<TableName> after, int limit) {
    return TypedKeys.list(
        repository.tree(commit), ContentType.ICEBERG_VIEW, namespace, after, limit);
  }

  /** The place of a new view that asks for none. */
  public String newLocation(TableName name, UUID id) {
    return warehouse.locations(repository.name().toString(), name, new ContentId(id)).location();
  }

  /**
   * Creates a view.
   *
   * @param metadata its location is one that a table could have, its {@code write.metadata.path},
   *     if set, lies inside the warehouse
   * @throws VarveException if the name is taken or the namespace does not exist
   */
  public LoadedView create(WriteOptions options, TableName name, ViewMetadata metadata) {
    return create(options, name, metadata, "create view " + name);
  }

  /**
   * Takes a view over from its metadata file, with all its versions and under its own id.
   *
   * @param metadataLocation a metadata file inside the warehouse
   * @throws VarveException if the name is taken, the namespace does not exist, or the file lies
   *     outside the warehouse
   */
  public LoadedView register(WriteOptions options, TableName name, String metadataLocation) {
    warehouse.requireInside(metadataLocation);
    ViewMetadata metadata = ViewMetadataParser.read(warehouse.io().newInputFile(metadataLocation));
    return create(options, name, metadata, "register view " + name);
  }

  private LoadedView create(
      WriteOptions options, TableName name, ViewMetadata metadata, String message) {
    ObjectId head = Heads.of(repository, options.branch());
    Optional<Content> taken = repository.tree(head).get(name.key());
    if (taken.isPresent()) {
      throw TableErrors.conflict(
          name.key(), options.branch().toString(), Optional.empty(), taken, null);
    }
    List<KeyChange> conditions = new ArrayList<>();
    namespaces.require(head, name.namespace()).ifPresent(conditions::add);
    return write(options, name, Optional.empty(), metadata, message, conditions);
  }

  /**
   * Replaces a view's metadata.
   *
   * @param base what {@code updated} was made from
   * @throws VarveException with a conflict if the view changed since {@code base} was loaded
   */
  public LoadedView update(WriteOptions options, LoadedView base, ViewMetadata updated) {
    boolean replaced = updated.currentVersionId() != base.metadata().currentVersionId();
    String message = (replaced ? "replace view " : "change properties of view ") + base.name();
    return write(options, base.name(), Optional.of(base), updated, message, List.of());
  }

  private LoadedView write(
      WriteOptions options,
      TableName name,
      Optional<LoadedView> base,
      ViewMetadata metadata,
      String message,
      List<KeyChange> conditions) {
    if (!base.map(view -> view.metadata().location()).equals(Optional.of(metadata.location()))) {
      warehouse.requireTableLocation(repository.name().toString(), metadata.location());
    }
    ContentId id = new ContentId(UUID.fromString(metadata.uuid()));
    byte[] value = ViewContent.encode(metadata);
    Content content = new Content(ContentType.ICEBERG_VIEW, id, ObjectId.of(Value.encode(value)));
    store.writeFile(metadataLocation(metadata, content), value);
    List<KeyChange> changes = new ArrayList<>(conditions);
    changes.add(
        new Put(name.key(), base.map(LoadedView::content), ContentType.ICEBERG_VIEW, id, value));
    CommitResult result =
        KeyCommits.commit(repository, options, message, changes, Optional.empty());
    return new LoadedView(name, content, result.commit().id(), placed(metadata, content));
  }

  /**
   * Drops a view from a branch.
   *
   * @throws VarveException if it does not exist, or changed meanwhile
   */
  public CommitResult drop(WriteOptions options, TableName name) {
    Content content = requireContent(options, name);
    return KeyCommits.commit(
        repository,
        options,
        "drop view " + name,
        List.of(new Delete(name.key(), content)),
        Optional.empty());
  }

  /**
   * Gives a view another name, in its namespace or another. It keeps its id.
   *
   * @throws VarveException if it does not exist, the new name is taken or its namespace does not
   *     exist
   */
  public CommitResult rename(WriteOptions options, TableName from, TableName to) {
    Content content = requireContent(options, from);
    ObjectId head = Heads.of(repository, options.branch());
    List<KeyChange> changes = new ArrayList<>();
    namespaces.require(head, to.namespace()).ifPresent(changes::add);
    changes.add(new Delete(from.key(), content));
    changes.add(
        new Put(
            to.key(), Optional.empty(), content.type(), content.id(), repository.value(content)));
    return KeyCommits.commit(
        repository, options, "rename view %s to %s".formatted(from, to), changes, Optional.empty());
  }

  private ViewMetadata placed(ViewMetadata metadata, Content content) {
    return ViewMetadata.buildFrom(metadata)
        .setMetadataLocation(metadataLocation(metadata, content))
        .build();
  }

  /** Named after the value's id, so that it follows from the value and can be written again. */
  private String metadataLocation(ViewMetadata metadata, Content content) {
    String directory = metadata.properties().get(ViewProperties.WRITE_METADATA_LOCATION);
    if (directory == null) {
      directory = warehouse.metadataLocation(repository.name().toString(), content.id());
    }
    return directory + "/" + content.value().hex() + ".metadata.json";
  }

  private Content requireContent(WriteOptions options, TableName name) {
    return content(Heads.of(repository, options.branch()), name)
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.VIEW_NOT_FOUND,
                    "view '%s' does not exist at '%s'".formatted(name, options.branch()),
                    null,
                    Map.of("view", name.toString(), "ref", options.branch().toString()),
                    null));
  }

  private Optional<Content> content(ObjectId commit, TableName name) {
    return repository
        .tree(commit)
        .get(name.key())
        .filter(content -> content.type().equals(ContentType.ICEBERG_VIEW));
  }
}
