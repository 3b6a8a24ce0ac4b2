package dev.varve.engine.layout;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Nearest;
import dev.varve.catalog.error.VarveException;
import java.util.Collection;
import java.util.List;
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
    List<String> near = Nearest.all(name, names);
    String hint = near.isEmpty() ? "the columns are " + quoted(names) : Nearest.question(near);
    return new VarveException(
        ErrorCode.COLUMN_NOT_FOUND,
        "there is no column '" + name + "'",
        hint,
        Map.of("column", name),
        null);
  }

  /** Names in single quotes, joined by commas. */
  public static String quoted(Collection<String> names) {
    return String.join(", ", names.stream().map(name -> "'" + name + "'").toList());
  }
}
