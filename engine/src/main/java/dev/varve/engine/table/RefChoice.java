package dev.varve.engine.table;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.Refs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which branches and tags of the catalog a table's metadata shows as Iceberg refs.
 *
 * @param limit how many at the most; more than these cost every load of every table
 * @param patterns names, or beginnings of names that end with {@code *}; empty for all refs, tags
 *     before branches and each in the order of their names
 */
public record RefChoice(int limit, List<String> patterns) {
  private static final String ALL = "";

  public RefChoice {
    patterns = List.copyOf(patterns);
  }

  /** The first {@code limit} refs. */
  public static RefChoice first(int limit) {
    return new RefChoice(limit, List.of());
  }

  /** The refs as they stand now. Reads no more than it returns, however many there are. */
  List<Ref> of(Refs refs) {
    Map<RefName, Ref> chosen = new LinkedHashMap<>();
    if (patterns.isEmpty()) {
      addAll(chosen, refs, ALL);
    }
    for (String pattern : patterns) {
      if (pattern.endsWith("*")) {
        addAll(chosen, refs, pattern.substring(0, pattern.length() - 1));
      } else if (chosen.size() < limit) {
        find(refs, pattern).ifPresent(ref -> chosen.put(ref.name(), ref));
      }
    }
    return new ArrayList<>(chosen.values());
  }

  private void addAll(Map<RefName, Ref> chosen, Refs refs, String prefix) {
    for (RefKind kind : List.of(RefKind.TAG, RefKind.BRANCH)) {
      int room = limit - chosen.size();
      if (room > 0) {
        refs.list(kind, prefix, Optional.empty(), room)
            .forEach(ref -> chosen.putIfAbsent(ref.name(), ref));
      }
    }
  }

  private static Optional<Ref> find(Refs refs, String name) {
    try {
      return refs.find(RefName.parse(name));
    } catch (VarveException e) {
      return Optional.empty(); // no ref can have such a name
    }
  }
}
