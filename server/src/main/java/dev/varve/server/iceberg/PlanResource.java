package dev.varve.server.iceberg;

import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.ServedTable;
import dev.varve.engine.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Scan;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchPlanIdException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.PlanStatus;
import org.apache.iceberg.rest.requests.FetchScanTasksRequest;
import org.apache.iceberg.rest.requests.PlanTableScanRequest;
import org.apache.iceberg.rest.responses.FetchPlanningResultResponse;
import org.apache.iceberg.rest.responses.FetchScanTasksResponse;
import org.apache.iceberg.rest.responses.PlanTableScanResponse;

/**
 * Plans scans for clients that are configured with {@code scan-planning-mode=server}: which files
 * of a table to read.
 *
 * <p>A scan is planned before it is answered, so no client has to poll. What does not fit an answer
 * is held for the client to fetch, see {@link Plans}.
 */
final class PlanResource {

  private final Targets targets;
  private final int shownRefs;
  private final Plans plans;

  /**
   * @param shownRefs how many refs of the catalog a loaded table shows, whose snapshots can be read
   * @param plans holds what does not fit an answer
   */
  PlanResource(Targets targets, int shownRefs, Plans plans) {
    this.targets = targets;
    this.shownRefs = shownRefs;
    this.plans = plans;
  }

  List<Route> routes() {
    return List.of(
        Route.reading(Endpoint.V1_SUBMIT_TABLE_SCAN_PLAN, this::plan),
        Route.reading(Endpoint.V1_FETCH_TABLE_SCAN_PLAN, this::fetch),
        Route.reading(Endpoint.V1_CANCEL_TABLE_SCAN_PLAN, this::cancel),
        Route.reading(Endpoint.V1_FETCH_TABLE_SCAN_PLAN_TASKS, this::tasks));
  }

  @SuppressWarnings("deprecation") // the specs, without which an answer cannot be written
  private Reply plan(Call call) {
    PlanTableScanRequest request = call.body(PlanTableScanRequest.class);
    TableAt at = table(call);
    LoadedTable loaded = at.load();
    Tables tables = at.target().tables();
    BaseTable table =
        tables.open(
            new LoadedTable(
                loaded.name(),
                loaded.content(),
                loaded.commitId(),
                served(call, at, loaded).metadata(),
                loaded.io()));
    PlannedFiles files = files(scan(table, request));
    Plans.Plan plan =
        new Plans.Plan(loaded.metadata().uuid(), files.tasks(), files.bytes(), table.specs());
    PlanTableScanResponse.Builder response =
        PlanTableScanResponse.builder()
            .withPlanStatus(PlanStatus.COMPLETED)
            .withFileScanTasks(plan.part(0))
            .withSpecsById(plan.specs());
    if (plan.parts() > 1) {
      UUID id = plans.hold(plan);
      response.withPlanId(id.toString()).withPlanTasks(Plans.tasks(id, plan));
    }
    return Reply.ok(response.build());
  }

  private ServedTable served(Call call, TableAt at, LoadedTable loaded) {
    Tables tables = at.target().tables();
    return at.target().branch().isPresent()
        ? tables.served(loaded, ShownRefs.of(call, shownRefs))
        : tables.served(loaded);
  }

  @SuppressWarnings("deprecation") // see plan
  private Reply fetch(Call call) {
    String id = call.planId();
    Plans.Plan plan = held(call, id);
    return Reply.ok(
        FetchPlanningResultResponse.builder()
            .withPlanStatus(PlanStatus.COMPLETED)
            .withFileScanTasks(plan.part(0))
            .withPlanTasks(Plans.tasks(UUID.fromString(id), plan))
            .withSpecsById(plan.specs())
            .build());
  }

  private Reply cancel(Call call) {
    held(call, call.planId());
    plans.forget(call.planId());
    return Reply.noContent();
  }

  private Plans.Plan held(Call call, String id) {
    String uuid = table(call).load().metadata().uuid();
    return plans
        .find(id, uuid)
        .orElseThrow(
            () -> new NoSuchPlanIdException("there is no plan '%s' of %s", id, call.table()));
  }

  @SuppressWarnings("deprecation") // see plan
  private Reply tasks(Call call) {
    FetchScanTasksRequest request = call.body(FetchScanTasksRequest.class);
    String uuid = table(call).load().metadata().uuid();
    Plans.Part part = plans.fetch(request.planTask(), uuid);
    return Reply.ok(
        FetchScanTasksResponse.builder()
            .withFileScanTasks(part.files())
            .withSpecsById(part.plan().specs())
            .build());
  }

  private TableAt table(Call call) {
    return targets.table(targets.find(call.prefix()), call.table());
  }

  private static Scan<?, FileScanTask, ?> scan(BaseTable table, PlanTableScanRequest request) {
    if (request.endSnapshotId() == null) {
      return configured(snapshot(table, request), request);
    }
    return configured(
        Optional.ofNullable(request.startSnapshotId())
            .map(start -> table.newIncrementalAppendScan().fromSnapshotExclusive(start))
            .orElseGet(table::newIncrementalAppendScan)
            .toSnapshot(request.endSnapshotId()),
        request);
  }

  /** A branch is read with the table's schema, a snapshot with its own if it is asked for. */
  private static TableScan snapshot(BaseTable table, PlanTableScanRequest request) {
    Long id = request.snapshotId();
    if (id == null) {
      return table.newScan();
    }
    if (table.snapshot(id) == null) {
      throw new BadRequestException("table '%s' has no snapshot %d", table.name(), id);
    }
    Optional<String> branch =
        request.useSnapshotSchema()
            ? Optional.empty()
            : table.refs().entrySet().stream()
                .filter(ref -> ref.getValue().isBranch() && ref.getValue().snapshotId() == id)
                .map(Map.Entry<String, SnapshotRef>::getKey)
                .findFirst();
    return branch.isPresent()
        ? table.newScan().useRef(branch.get())
        : table.newScan().useSnapshot(id);
  }

  private static <T extends Scan<T, FileScanTask, ?>> T configured(
      T scan, PlanTableScanRequest request) {
    T configured = scan.caseSensitive(request.caseSensitive());
    if (request.select() != null) {
      configured = configured.select(request.select());
    }
    if (request.filter() != null) {
      configured = configured.filter(request.filter());
    }
    if (request.statsFields() != null) {
      configured = configured.includeColumnStats(request.statsFields());
    }
    if (request.minRowsRequested() != null) {
      configured = configured.minRowsRequested(request.minRowsRequested());
    }
    return configured;
  }

  private static PlannedFiles files(Scan<?, FileScanTask, ?> scan) {
    PlannedFiles files = new PlannedFiles();
    try (CloseableIterable<FileScanTask> planned = scan.planFiles()) {
      for (FileScanTask file : planned) {
        files.add(file);
        if (files.bytes() > Plans.MOST.bytes()) {
          throw new BadRequestException(
              "the plan of the scan takes more than %s, after %,d files, which is left to clients:"
                  + " set scan-planning-mode=client, or filter by a partition",
              Plans.MOST, files.tasks().size());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot plan the scan", e);
    }
    return files;
  }
}
