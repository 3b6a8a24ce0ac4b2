package dev.varve.server.iceberg;

import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.table.Line;
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
    Optional<BranchCommit> elsewhere = BranchCommit.of(table, request);
    if (elsewhere.isPresent()) {
      TableAt there = elsewhere.get().table();
      return turns.take(there.target(), List.of(there.name()), () -> alone(call, request));
    }
    Optional<Reply> inLine =
        TableCommits.creates(request)
            ? Optional.empty()
            : turns.takeInLine(
                table.target(), table.name(), turn -> inLine(call, table, request, turn));
    return inLine.orElseGet(
        () -> turns.take(table.target(), List.of(table.name()), () -> alone(call, request)));
  }

  /**
   * Makes the commit on the state that the one before it will leave, if that is still on its way.
   *
   * @return empty if it cannot be made there: what is to be answered must not rest on a state that
   *     may never come to be
   */
  private Optional<Reply> inLine(
      Call call, TableAt table, UpdateTableRequest request, TableTurns.Turn turn) {
    Optional<LoadedTable> ahead = turn.ahead();
    Tables tables = table.target().tables();
    WriteOptions options = Authorship.of(call, table.target(), request.updates());
    try {
      LoadedTable base = ahead.orElseGet(table::load);
      Optional<TableChange> change = TableCommits.change(table, base, request, options);
      if (change.isEmpty()) {
        return ahead.isPresent() ? Optional.empty() : Optional.of(TableReply.changed(tables, base));
      }
      Line line = ahead.isPresent() ? Line.behind(turn::pass) : Line.first(turn::pass);
      return Optional.of(TableReply.changed(tables, tables.commit(options, change.get(), line)));
    } catch (RuntimeException e) {
      boolean undone = !turn.hasPassed() || isConflict(e);
      if (ahead.isPresent() && undone) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean isConflict(RuntimeException e) {
    return e instanceof VarveException known && known.code().category() == ErrorCategory.CONFLICT;
  }

  /** The target is looked up within the turn, when the commit before is done. */
  private Reply alone(Call call, UpdateTableRequest request) {
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
    Optional<TableChange> change = TableCommits.change(table, request, options);
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
      TableCommits.change(table, change, options).ifPresent(changes::add);
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
