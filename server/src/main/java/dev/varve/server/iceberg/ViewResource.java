package dev.varve.server.iceberg;

import dev.varve.engine.table.LoadedView;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Views;
import dev.varve.engine.table.WriteOptions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RegisterViewRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ImmutableLoadViewResponse;
import org.apache.iceberg.rest.responses.ListTablesResponse;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewRepresentation;
import org.apache.iceberg.view.ViewVersion;

/** Lists, creates, loads, replaces, renames, registers and drops views. */
final class ViewResource {

  private final Targets targets;

  ViewResource(Targets targets) {
    this.targets = targets;
  }

  List<Route> routes() {
    return List.of(
        Route.reading(Endpoint.V1_LIST_VIEWS, this::list),
        Route.writing(Endpoint.V1_CREATE_VIEW, this::create, this::created),
        Route.reading(Endpoint.V1_LOAD_VIEW, this::load),
        Route.reading(Endpoint.V1_VIEW_EXISTS, this::exists),
        Route.writing(Endpoint.V1_UPDATE_VIEW, this::update, this::load),
        Route.writing(Endpoint.V1_DELETE_VIEW, this::drop),
        Route.writing(Endpoint.V1_RENAME_VIEW, this::rename),
        Route.writing(Endpoint.V1_REGISTER_VIEW, this::register, this::registered));
  }

  private Reply list(Call call) {
    Target target = targets.find(call.prefix());
    Namespace namespace = call.namespace();
    NamespaceResource.properties(target, namespace);
    Page.Part<TableName> part =
        Page.of(call)
            .part(
                (after, limit) ->
                    views(target)
                        .list(
                            target.commit(),
                            Optional.of(Names.namespace(namespace)),
                            after.map(name -> Names.table(TableIdentifier.of(namespace, name))),
                            limit),
                TableName::name);
    ListTablesResponse.Builder response = ListTablesResponse.builder();
    part.items().forEach(name -> response.add(Names.table(name)));
    part.nextToken().ifPresent(response::nextPageToken);
    return Reply.ok(response.build());
  }

  private Reply create(Call call) {
    Target target = targets.find(call.prefix());
    CreateViewRequest request = call.body(CreateViewRequest.class);
    request.validate();
    TableIdentifier name = absent(target, TableIdentifier.of(call.namespace(), request.name()));
    requireSql(request.viewVersion());
    WriteOptions options = Authorship.of(call, target);
    TableName known = Names.table(name);
    UUID id = UUID.randomUUID();
    ViewMetadata metadata =
        ViewMetadata.builder()
            .assignUUID(id.toString())
            .setLocation(
                Optional.ofNullable(request.location())
                    .orElseGet(() -> views(target).newLocation(known, id)))
            .setProperties(request.properties())
            .setCurrentVersion(request.viewVersion(), request.schema())
            .build();
    return reply(views(target).create(options, known, metadata));
  }

  private Reply created(Call call) {
    return standing(call, call.body(CreateViewRequest.class).name());
  }

  private Reply registered(Call call) {
    return standing(call, call.body(RegisterViewRequest.class).name());
  }

  /** The view that was made here before, as it is now. */
  private Reply standing(Call call, String name) {
    Target target = targets.find(call.prefix());
    return reply(view(target, TableIdentifier.of(call.namespace(), name)));
  }

  private Reply load(Call call) {
    return reply(view(call));
  }

  private Reply exists(Call call) {
    view(call);
    return Reply.noContent();
  }

  private Reply update(Call call) {
    Target target = targets.find(call.prefix());
    UpdateTableRequest request = call.body(UpdateTableRequest.class);
    request.validate();
    LoadedView base = view(target, call.view());
    WriteOptions options = Authorship.of(call, target);
    for (UpdateRequirement requirement : request.requirements()) {
      requirement.validate(base.metadata());
    }
    ViewMetadata.Builder builder = ViewMetadata.buildFrom(base.metadata());
    request.updates().forEach(update -> update.applyTo(builder));
    ViewMetadata updated = builder.build();
    requireSql(updated.currentVersion());
    return reply(updated.changes().isEmpty() ? base : views(target).update(options, base, updated));
  }

  private Reply drop(Call call) {
    Target target = targets.find(call.prefix());
    LoadedView view = view(target, call.view());
    views(target).drop(Authorship.of(call, target), view.name());
    return Reply.noContent();
  }

  private Reply rename(Call call) {
    Target target = targets.find(call.prefix());
    RenameTableRequest request = call.body(RenameTableRequest.class);
    request.validate();
    WriteOptions options = Authorship.of(call, target);
    LoadedView view = view(target, request.source());
    NamespaceResource.properties(target, request.destination().namespace());
    Names.requireNoRevision(request.destination());
    Renames.requireFree(target, request);
    views(target).rename(options, view.name(), Names.table(request.destination()));
    return Reply.noContent();
  }

  private Reply register(Call call) {
    Target target = targets.find(call.prefix());
    RegisterViewRequest request = call.body(RegisterViewRequest.class);
    request.validate();
    TableIdentifier name = absent(target, TableIdentifier.of(call.namespace(), request.name()));
    WriteOptions options = Authorship.of(call, target);
    return reply(views(target).register(options, Names.table(name), request.metadataLocation()));
  }

  private LoadedView view(Call call) {
    return view(targets.find(call.prefix()), call.view());
  }

  private static LoadedView view(Target target, TableIdentifier name) {
    return find(target, name)
        .orElseThrow(
            () ->
                new NoSuchViewException(
                    "View does not exist: %s at '%s'", name, target.revision()));
  }

  /** The view of that name, if there is one and not a table. */
  static Optional<LoadedView> find(Target target, TableIdentifier name) {
    return views(target).find(target.commit(), Names.table(name));
  }

  /** A name that a view can be created under. */
  private static TableIdentifier absent(Target target, TableIdentifier name) {
    NamespaceResource.properties(target, name.namespace());
    Names.requireNoRevision(name);
    if (find(target, name).isPresent()) {
      throw new AlreadyExistsException("View already exists: %s", name);
    }
    if (new TableAt(target, name, name).find().isPresent()) {
      throw new AlreadyExistsException("Table with same name already exists: %s", name);
    }
    return name;
  }

  private static void requireSql(ViewVersion version) {
    for (ViewRepresentation representation : version.representations()) {
      if (!(representation instanceof SQLViewRepresentation)) {
        throw new BadRequestException(
            "cannot keep a view as '%s': only 'sql' is known", representation.type());
      }
    }
  }

  private static Reply reply(LoadedView view) {
    return Reply.ok(
        ImmutableLoadViewResponse.builder()
            .metadata(view.metadata())
            .metadataLocation(view.metadata().metadataFileLocation())
            .build());
  }

  private static Views views(Target target) {
    return target.tables().views();
  }
}
