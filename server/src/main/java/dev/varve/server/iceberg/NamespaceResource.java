package dev.varve.server.iceberg;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.Namespaces;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.responses.CreateNamespaceResponse;
import org.apache.iceberg.rest.responses.GetNamespaceResponse;
import org.apache.iceberg.rest.responses.ListNamespacesResponse;
import org.apache.iceberg.rest.responses.UpdateNamespacePropertiesResponse;

/** Lists, creates, reads, changes and drops namespaces. */
final class NamespaceResource {

  private final Targets targets;

  NamespaceResource(Targets targets) {
    this.targets = targets;
  }

  List<Route> routes() {
    return List.of(
        Route.reading(Endpoint.V1_LIST_NAMESPACES, this::list),
        Route.writing(Endpoint.V1_CREATE_NAMESPACE, this::create, this::created),
        Route.reading(Endpoint.V1_LOAD_NAMESPACE, this::load),
        Route.reading(Endpoint.V1_NAMESPACE_EXISTS, this::exists),
        Route.writing(Endpoint.V1_UPDATE_NAMESPACE, this::update, NamespaceResource::updated),
        Route.writing(Endpoint.V1_DELETE_NAMESPACE, this::drop));
  }

  private Reply list(Call call) {
    Target target = targets.find(call.prefix());
    Optional<Namespace> parent =
        call.parameter("parent").filter(text -> !text.isEmpty()).map(Call::namespace);
    parent.ifPresent(namespace -> properties(target, namespace));
    Page page = Page.of(call);
    Page.Part<NamespaceName> part =
        page.part(
            (after, limit) ->
                namespaces(target)
                    .list(
                        target.commit(),
                        parent.map(Names::namespace),
                        after.map(name -> Names.namespace(child(parent, name))),
                        limit),
            name -> name.key().name());
    ListNamespacesResponse.Builder response = ListNamespacesResponse.builder();
    part.items().forEach(name -> response.add(Names.namespace(name)));
    part.nextToken().ifPresent(response::nextPageToken);
    return Reply.ok(response.build());
  }

  private Reply create(Call call) {
    Target target = targets.find(call.prefix());
    CreateNamespaceRequest request = call.body(CreateNamespaceRequest.class);
    request.validate();
    Namespace namespace = request.namespace();
    if (find(target, namespace).isPresent()) {
      throw new AlreadyExistsException("Namespace already exists: %s", namespace);
    }
    Map<String, String> properties = request.properties();
    namespaces(target).create(Authorship.of(call, target), Names.namespace(namespace), properties);
    return created(namespace, properties);
  }

  private Reply created(Call call) {
    Namespace namespace = call.body(CreateNamespaceRequest.class).namespace();
    return created(namespace, properties(targets.find(call.prefix()), namespace));
  }

  private static Reply created(Namespace namespace, Map<String, String> properties) {
    return Reply.ok(
        CreateNamespaceResponse.builder()
            .withNamespace(namespace)
            .setProperties(new HashMap<>(properties))
            .build());
  }

  private Reply load(Call call) {
    Namespace namespace = call.namespace();
    return Reply.ok(
        GetNamespaceResponse.builder()
            .withNamespace(namespace)
            // hashed: the builders look for a null, for which sorted collections fail
            .setProperties(new HashMap<>(properties(targets.find(call.prefix()), namespace)))
            .build());
  }

  private Reply exists(Call call) {
    properties(targets.find(call.prefix()), call.namespace());
    return Reply.noContent();
  }

  private Reply update(Call call) {
    Target target = targets.find(call.prefix());
    Namespace namespace = call.namespace();
    UpdateNamespacePropertiesRequest request = call.body(UpdateNamespacePropertiesRequest.class);
    request.validate();
    Map<String, String> before = properties(target, namespace);
    Set<String> missing = new HashSet<>(request.removals());
    missing.removeAll(before.keySet());
    Set<String> removed = new HashSet<>(request.removals());
    removed.removeAll(missing);
    namespaces(target)
        .update(
            Authorship.of(call, target), Names.namespace(namespace), request.updates(), removed);
    return updated(request, removed, missing);
  }

  /**
   * What was missing before is not known any more, only that it is now. Hashed sets, as the builder
   * looks for a null.
   */
  private static Reply updated(Call call) {
    UpdateNamespacePropertiesRequest request = call.body(UpdateNamespacePropertiesRequest.class);
    return updated(request, new HashSet<>(request.removals()), new HashSet<>());
  }

  private static Reply updated(
      UpdateNamespacePropertiesRequest request, Set<String> removed, Set<String> missing) {
    return Reply.ok(
        UpdateNamespacePropertiesResponse.builder()
            .addMissing(missing)
            .addRemoved(removed)
            .addUpdated(request.updates().keySet())
            .build());
  }

  private Reply drop(Call call) {
    Target target = targets.find(call.prefix());
    Namespace namespace = call.namespace();
    properties(target, namespace);
    try {
      namespaces(target).drop(Authorship.of(call, target), Names.namespace(namespace));
    } catch (VarveException e) {
      if (e.code() == ErrorCode.NAMESPACE_NOT_EMPTY) {
        throw new NamespaceNotEmptyException(
            e, "Namespace '%s' is not empty: %s", namespace, e.getMessage());
      }
      throw e;
    }
    return Reply.noContent();
  }

  /**
   * The properties of a namespace.
   *
   * @throws NoSuchNamespaceException if it does not exist
   */
  static Map<String, String> properties(Target target, Namespace namespace) {
    return find(target, namespace)
        .orElseThrow(() -> new NoSuchNamespaceException("Namespace does not exist: %s", namespace));
  }

  private static Optional<Map<String, String>> find(Target target, Namespace namespace) {
    NamespaceName name = Names.namespace(namespace);
    return namespaces(target).exists(target.commit(), name)
        ? Optional.of(namespaces(target).load(target.commit(), name))
        : Optional.empty();
  }

  private static Namespace child(Optional<Namespace> parent, String name) {
    String[] levels = parent.orElse(Namespace.empty()).levels();
    String[] all = Arrays.copyOf(levels, levels.length + 1);
    all[levels.length] = name;
    return Namespace.of(all);
  }

  private static Namespaces namespaces(Target target) {
    return target.tables().namespaces();
  }
}
