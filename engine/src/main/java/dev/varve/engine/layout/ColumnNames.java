package dev.varve.engine.layout;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * Finds columns by the names that people and files use.
 *
 * <p>A name means the column that is called exactly so; if there is none, the only one that is
 * called so but for upper and lower case.
 */
public final class ColumnNames {
  private static final int MAX_SUGGESTIONS = 3;

  private ColumnNames() {}

  /** The one of {@code names} that {@code name} means, if any. */
  public static Optional<String> find(Collection<String> names, String name) {
    if (names.contains(name)) {
      return Optional.of(name);
    }
    List<String> alike = names.stream().filter(name::equalsIgnoreCase).toList();
    return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
  }

  /**
   * The field that {@code name} means; names of nested fields are joined by dots.
   *
   * @throws VarveException {@code column-not-found}, with the names that come near
   */
  public static Types.NestedField require(Schema schema, String name) {
    Map<String, Integer> byName = TypeUtil.indexByName(schema.asStruct());
    return find(byName.keySet(), name)
        .map(found -> schema.findField(byName.get(found)))
        .orElseThrow(() -> unknown(name, byName.keySet()));
  }

  /** The error for a column that does not exist, with those that come near. */
  public static VarveException unknown(String name, Collection<String> names) {
    List<String> near = nearest(name, names);
    String hint =
        near.isEmpty()
            ? "the columns are " + quoted(names)
            : "did you mean " + String.join(" or ", near.stream().map(n -> "'" + n + "'").toList());
    return new VarveException(
        ErrorCode.COLUMN_NOT_FOUND,
        "there is no column '" + name + "'",
        hint,
        Map.of("column", name),
        null);
  }

  /** The names that differ from {@code name} by a few letters, the nearest first. */
  public static List<String> nearest(String name, Collection<String> names) {
    int limit = Math.max(1, name.length() / 3);
    return names.stream()
        .filter(other -> distance(name, other) <= limit)
        .sorted(
            Comparator.comparingInt((String other) -> distance(name, other))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MAX_SUGGESTIONS)
        .toList();
  }

  /** Names in single quotes, joined by commas. */
  public static String quoted(Collection<String> names) {
    return String.join(", ", names.stream().map(name -> "'" + name + "'").toList());
  }

  /** The Levenshtein distance, upper and lower case being the same. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    List<Integer> row = new ArrayList<>();
    for (int j = 0; j <= b.length(); j++) {
      row.add(j);
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row.set(0, i);
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row.get(j);
        row.set(j, Math.min(substitute, 1 + Math.min(diagonal, row.get(j - 1))));
      }
    }
    return row.get(b.length());
  }
}
