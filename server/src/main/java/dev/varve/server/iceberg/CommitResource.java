package dev.varve.server.iceberg;

import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.RefChoice;
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
    TableAt table = table(call);
    Target target =
        BranchCommit.of(table, request).map(it -> it.table().target()).orElse(table.target());
    return turns.take(target, List.of(table.name()), () -> update(call, request));
  }

  /** The target is looked up within the turn, when the commit before is done. */
  private Reply update(Call call, UpdateTableRequest request) {
    TableAt table = table(call);
    Tables tables = table.target().tables();
    Optional<BranchCommit> elsewhere = BranchCommit.of(table, request);
    if (elsewhere.isPresent()) {
      commit(call, elsewhere.get().table(), elsewhere.get().request());
      // What was asked about is the table here, whose ref has moved.
      RefChoice moved = new RefChoice(1, List.of(elsewhere.get().ref()));
      return TableReply.of(call, tables.served(table.load(), moved));
    }
    return TableReply.changed(tables, commit(call, table, request));
  }

  private static LoadedTable commit(Call call, TableAt table, UpdateTableRequest request) {
    WriteOptions options = Authorship.of(call, table.target(), request.updates());
    Optional<TableChange> change = TableCommits.change(table, request);
    if (change.isEmpty()) {
      return table.load();
    }
    return table.target().tables().commit(options, List.of(change.get())).tables().get(0);
  }

  private TableAt table(Call call) {
    return targets.table(targets.find(call.prefix()), call.table());
  }

  /** The table as it is now, which holds the commit. */
  private Reply standing(Call call) {
    TableAt table = table(call);
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
      TableAt table = new TableAt(target, name, name);
      BranchCommit.of(table, change).ifPresent(CommitResource::refuse);
      TableCommits.change(table, change).ifPresent(changes::add);
    }
    if (!changes.isEmpty()) {
      target.tables().commit(options, changes);
    }
    return Reply.noContent();
  }

  private static void refuse(BranchCommit commit) {
    throw new BadRequestException(
        "cannot commit to branch '%s' in a transaction on another branch: connect with that branch's"
            + " warehouse, or commit to '%s' alone",
        commit.ref(), commit.table().name());
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
