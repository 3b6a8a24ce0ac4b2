package dev.varve.server.iceberg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.ResolvedRevision;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.engine.table.Tables;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** Finds what a prefix, a warehouse or a revision in a table's name stands for. */
final class Targets {

  private static final String DEFAULT_BRANCH = "main";

  /** What known revisions may take in memory: thousands, as long as their texts usually are. */
  private static final long REVISION_BYTES = 1L << 20;

  /** A revision but for its texts, which are its own and its parts'. */
  private static final int EMPTY_REVISION_BYTES = 300;

  private final Function<RepositoryName, Tables> lakes;
  private final RepositoryName defaultRepository;

  /** Revisions by their text: clients ask at the same few all day. */
  private final Cache<String, Revision> revisions =
      Caffeine.newBuilder()
          .maximumWeight(REVISION_BYTES)
          .weigher((String text, Revision revision) -> EMPTY_REVISION_BYTES + 4 * text.length())
          .executor(Runnable::run)
          .recordStats()
          .build();

  Targets(Function<RepositoryName, Tables> lakes, RepositoryName defaultRepository) {
    this.lakes = lakes;
    this.defaultRepository = defaultRepository;
  }

  /** What the cache of revisions did. */
  CacheStatistics revisions() {
    return CacheStatistics.of(revisions);
  }

  /** The prefix of a warehouse: {@code repository} or {@code repository/revision}. */
  CatalogPrefix prefixOf(String warehouse) {
    if (warehouse.isEmpty()) {
      return new CatalogPrefix(defaultRepository, DEFAULT_BRANCH);
    }
    int slash = warehouse.indexOf('/');
    return slash < 0
        ? new CatalogPrefix(new RepositoryName(warehouse), DEFAULT_BRANCH)
        : new CatalogPrefix(
            new RepositoryName(warehouse.substring(0, slash)), warehouse.substring(slash + 1));
  }

  /** The repository and commit that {@code prefix} names now. */
  Target find(CatalogPrefix prefix) {
    return at(lakes.apply(prefix.repository()), prefix.revision());
  }

  /**
   * The table that {@code asked} means at {@code target}: the table of that very name; or, for
   * {@code orders@v1.0}, the table {@code orders} at the revision {@code v1.0}; or, for {@code
   * branch_exp} or {@code tag_v1.0} in the namespace {@code sales.orders}, which is how Spark asks
   * for a ref of a table, the table {@code sales.orders} at that branch or tag.
   */
  TableAt table(Target target, TableIdentifier asked) {
    TableAt plain = new TableAt(target, asked, asked);
    int mark = asked.name().indexOf('@');
    boolean marked = mark > 0 && mark < asked.name().length() - 1;
    if ((!marked && !SelectedRef.isOne(asked)) || plain.find().isPresent()) {
      return plain;
    }
    return marked ? atRevision(target, asked, mark) : atRef(target, asked).orElse(plain);
  }

  private TableAt atRevision(Target target, TableIdentifier asked, int mark) {
    TableIdentifier name = TableIdentifier.of(asked.namespace(), asked.name().substring(0, mark));
    try {
      return new TableAt(at(target.tables(), asked.name().substring(mark + 1)), asked, name);
    } catch (VarveException e) {
      throw new NoSuchTableException(e, "Table does not exist: %s: %s", asked, e.getMessage());
    }
  }

  /** Empty if there is no such table or ref, or the table has a ref of its own by that name. */
  private Optional<TableAt> atRef(Target target, TableIdentifier asked) {
    SelectedRef selected = SelectedRef.of(asked);
    TableAt table = new TableAt(target, selected.table(), selected.table());
    return table
        .find()
        .filter(loaded -> !loaded.metadata().refs().containsKey(selected.name()))
        .flatMap(loaded -> CatalogRef.find(target, selected.name()))
        .filter(ref -> ref.kind() == selected.kind())
        .map(ref -> new TableAt(at(target.tables(), ref), asked, selected.table()));
  }

  /** A branch or tag of the same repository. */
  static Target at(Tables tables, Ref ref) {
    return new Target(
        tables,
        ref.name().text(),
        ref.commitId(),
        ref.kind() == RefKind.BRANCH ? Optional.of(ref.name()) : Optional.empty());
  }

  /** Another revision of the same repository. */
  Target at(Tables tables, String revision) {
    ResolvedRevision resolved =
        tables.repository().resolve(revisions.get(revision, Revision::parse));
    return new Target(
        tables,
        revision,
        resolved.commitId(),
        resolved.ref().filter(ref -> ref.kind() == RefKind.BRANCH).map(Ref::name));
  }
}
