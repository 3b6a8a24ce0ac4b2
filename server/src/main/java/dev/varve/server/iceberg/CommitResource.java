package dev.varve.server.iceberg;

import dev.varve.engine.table.TableChange;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/**
 * Commits to one table, or to several at once as one commit of the history.
 *
 * <p>When somebody else was faster, a request whose requirements still hold goes through; one whose
 * requirements do not is the client's to retry, unless it only appends: then its files are added on
 * top of what is there.
 */
final class CommitResource {

  private final Targets targets;
  private final TableTurns turns = new TableTurns();

  CommitResource(Targets targets) {
    this.targets = targets;
  }

  List<Route> routes() {
    return List.of(
        Route.writing(Endpoint.V1_UPDATE_TABLE, this::update, this::standing),
        Route.writing(Endpoint.V1_COMMIT_TRANSACTION, this::transaction));
  }

  private Reply update(Call call) {
    UpdateTableRequest request = call.body(UpdateTableRequest.class);
    request.validate();
    Target target = targets.find(call.prefix());
    return turns.take(target, List.of(call.table()), () -> update(call, request));
  }

  /** The target is looked up within the turn, when the commit before is done. */
  private Reply update(Call call, UpdateTableRequest request) {
    TableAt table = targets.table(targets.find(call.prefix()), call.table());
    Tables tables = table.target().tables();
    WriteOptions options = Authorship.of(call, table.target(), request.updates());
    Optional<TableChange> change = TableCommits.change(table, request);
    if (change.isEmpty()) {
      return TableReply.changed(tables, table.load());
    }
    return TableReply.changed(tables, tables.commit(options, List.of(change.get())));
  }

  /** The table as it is now, which holds the commit. */
  private Reply standing(Call call) {
    TableAt table = targets.table(targets.find(call.prefix()), call.table());
    return TableReply.changed(table.target().tables(), table.load());
  }

  private Reply transaction(Call call) {
    CommitTransactionRequest request = call.body(CommitTransactionRequest.class);
    request.validate();
    refuseRepeats(request);
    List<MetadataUpdate> updates =
        request.tableChanges().stream().flatMap(change -> change.updates().stream()).toList();
    List<TableIdentifier> tables =
        request.tableChanges().stream().map(UpdateTableRequest::identifier).toList();
    Target target = targets.find(call.prefix());
    return turns.take(target, tables, () -> transaction(call, request, updates));
  }

  private Reply transaction(
      Call call, CommitTransactionRequest request, List<MetadataUpdate> updates) {
    Target target = targets.find(call.prefix());
    WriteOptions options = Authorship.of(call, target, updates);
    List<TableChange> changes = new ArrayList<>();
    for (UpdateTableRequest change : request.tableChanges()) {
      TableIdentifier name = change.identifier();
      TableCommits.change(new TableAt(target, name, name), change).ifPresent(changes::add);
    }
    if (!changes.isEmpty()) {
      target.tables().commit(options, changes);
    }
    return Reply.noContent();
  }

  private static void refuseRepeats(CommitTransactionRequest request) {
    Set<TableIdentifier> seen = new HashSet<>();
    for (UpdateTableRequest change : request.tableChanges()) {
      if (!seen.add(change.identifier())) {
        throw new BadRequestException(
            "cannot change '%s' twice in one transaction", change.identifier());
      }
    }
  }
}
