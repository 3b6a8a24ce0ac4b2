package dev.varve.engine.merge;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table's metadata as flat facts: of each field, by its id, and of the table. The oracle of
 * metadata merges. The order of columns is none of them: {@link ColumnOrder}.
 */
record TableFacts(
    SortedMap<Integer, SortedMap<String, String>> fields, Map<String, List<?>> table) {
  static TableFacts of(TableMetadata metadata) {
    Schema schema = metadata.schema();
    SortedMap<Integer, SortedMap<String, String>> fields = new TreeMap<>();
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    TypeUtil.indexById(schema.asStruct())
        .forEach((id, field) -> fields.put(id, of(field, parents.getOrDefault(id, -1))));
    Map<String, List<?>> table = new HashMap<>();
    table.put("key", schema.identifierFieldIds().stream().sorted().toList());
    table.put(
        "partitioning",
        metadata.spec().fields().stream()
            .map(it -> it.sourceId() + " " + it.transform() + " " + it.name())
            .toList());
    table.put(
        "sorting",
        metadata.sortOrder().fields().stream()
            .map(
                it ->
                    it.sourceId()
                        + " "
                        + it.transform()
                        + " "
                        + it.direction()
                        + " "
                        + it.nullOrder())
            .toList());
    return new TableFacts(fields, table);
  }

  private static SortedMap<String, String> of(NestedField field, int parent) {
    Type type = field.type();
    return new TreeMap<>(
        Map.of(
            "name", field.name(),
            "parent", Integer.toString(parent),
            "required", Boolean.toString(field.isRequired()),
            "doc", String.valueOf(field.doc()),
            "type", type.isPrimitiveType() ? type.toString() : type.typeId().toString(),
            "initial", String.valueOf(field.initialDefaultLiteral()),
            "write", String.valueOf(field.writeDefaultLiteral())));
  }

  /** The facts of both sides, or empty if these conflict. */
  static Optional<TableFacts> merge(ThreeWay<TableMetadata> sides) {
    return merge(sides, Optional.empty());
  }

  /**
   * The facts of both sides; empty if what the sides agree on, or who wins has, is no whole table.
   *
   * @param winner who wins where the sides conflict over one fact; ours or theirs
   */
  static Optional<TableFacts> merge(ThreeWay<TableMetadata> states, Optional<Winner> winner) {
    ThreeWay<TableFacts> sides = states.map(TableFacts::of);
    Map<Integer, SortedMap<String, String>> base = sides.base().orElseThrow().fields();
    Map<Integer, SortedMap<String, String>> ours = sides.ours().fields();
    Map<Integer, SortedMap<String, String>> theirs = sides.theirs().fields();
    SortedMap<Integer, SortedMap<String, String>> fields = new TreeMap<>();
    Set<Integer> ids = new HashSet<>(ours.keySet());
    ids.addAll(theirs.keySet());
    for (int id : ids) {
      if (ours.containsKey(id) && theirs.containsKey(id)) {
        SortedMap<String, String> facts = new TreeMap<>();
        for (String fact : ours.get(id).keySet()) {
          Optional<String> value =
              merge(
                  Optional.<Map<String, String>>ofNullable(base.get(id))
                      .or(() -> begun(states, id))
                      .map(it -> it.get(fact))
                      .orElse(null),
                  ours.get(id).get(fact),
                  theirs.get(id).get(fact),
                  winner);
          if (value.isEmpty()) {
            return Optional.empty();
          }
          facts.put(fact, value.get());
        }
        fields.put(id, facts);
      } else if (!base.containsKey(id)) {
        fields.put(id, ours.containsKey(id) ? ours.get(id) : theirs.get(id));
      } else {
        Map<Integer, SortedMap<String, String>> kept = ours.containsKey(id) ? ours : theirs;
        if (!below(base, id).entrySet().containsAll(below(kept, id).entrySet())) {
          if (winner.isEmpty()) {
            return Optional.empty(); // dropped here, and more or something else there
          }
          if ((kept == ours) == (winner.get() == Winner.OURS)) {
            below(kept, id).forEach((it, facts) -> fields.put(it, widest(states, it, facts)));
          }
        }
      }
    }
    boolean orphans = true;
    while (orphans) {
      orphans =
          fields
              .values()
              .removeIf(
                  facts ->
                      !facts.get("parent").equals("-1")
                          && !fields.containsKey(Integer.parseInt(facts.get("parent"))));
    }
    Stream<Integer> holders =
        fields.entrySet().stream()
            .filter(it -> it.getValue().get("type").equals("STRUCT"))
            .map(Map.Entry::getKey);
    if (Stream.concat(Stream.of(-1), holders)
        .anyMatch(id -> !holds(fields, id) && holds(ours, id) && holds(theirs, id))) {
      return Optional.empty(); // Each side dropped what the other left.
    }
    return table(sides, winner)
        .map(table -> new TableFacts(fields, table))
        .filter(TableFacts::isWhole);
  }

  /** A field that is kept has the widest type that files may have been written in. */
  private static SortedMap<String, String> widest(
      ThreeWay<TableMetadata> states, int id, SortedMap<String, String> facts) {
    SortedMap<String, String> widest = new TreeMap<>(facts);
    Stream.of(states.base().orElseThrow(), states.ours(), states.theirs())
        .flatMap(state -> history(state, id).stream())
        .map(it -> it.get("type"))
        .max(Comparator.comparing(TableFacts::width))
        .ifPresent(type -> widest.put("type", type));
    return widest;
  }

  private static int width(String type) {
    return switch (type.replaceAll("\\W.*", "")) {
      case "long", "double" -> 1;
      case "decimal" -> Integer.parseInt(type.replaceAll("\\D*(\\d+).*", "$1"));
      default -> 0;
    };
  }

  /** How a field began that both sides added, if alike but for its documentation. */
  private static Optional<Map<String, String>> begun(ThreeWay<TableMetadata> states, int id) {
    Map<String, String> ours = new HashMap<>(history(states.ours(), id).get(0));
    Map<String, String> theirs = new HashMap<>(history(states.theirs(), id).get(0));
    if (!ours.get("doc").equals(theirs.get("doc"))) {
      ours.put("doc", "null");
      theirs.put("doc", "null");
    }
    return ours.equals(theirs) ? Optional.of(ours) : Optional.empty();
  }

  /** A field in all schemas that a table had it in, from the first. */
  private static List<SortedMap<String, String>> history(TableMetadata table, int id) {
    return table.schemas().stream()
        .sorted(Comparator.comparingInt(Schema::schemaId))
        .filter(schema -> schema.findField(id) != null)
        .map(
            schema ->
                of(
                    schema.findField(id),
                    TypeUtil.indexParents(schema.asStruct()).getOrDefault(id, -1)))
        .toList();
  }

  private static boolean holds(Map<Integer, SortedMap<String, String>> fields, int parent) {
    return fields.values().stream()
        .anyMatch(facts -> facts.get("parent").equals(Integer.toString(parent)));
  }

  private static <T> Optional<T> merge(T base, T ours, T theirs, Optional<Winner> winner) {
    if (ours.equals(theirs) || Objects.equals(base, theirs)) {
      return Optional.of(ours);
    }
    return Objects.equals(base, ours)
        ? Optional.of(theirs)
        : winner.map(it -> it == Winner.OURS ? ours : theirs);
  }

  private static Optional<Map<String, List<?>>> table(
      ThreeWay<TableFacts> sides, Optional<Winner> winner) {
    Map<String, List<?>> merged = new HashMap<>();
    for (String fact : sides.ours().table().keySet()) {
      Optional<List<?>> value =
          merge(
              sides.base().orElseThrow().table().get(fact),
              sides.ours().table().get(fact),
              sides.theirs().table().get(fact),
              winner);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      merged.put(fact, value.get());
    }
    return Optional.of(merged);
  }

  /** A field and all that it holds. */
  private static Map<Integer, SortedMap<String, String>> below(
      Map<Integer, SortedMap<String, String>> fields, int id) {
    Map<Integer, SortedMap<String, String>> below = new TreeMap<>();
    if (fields.containsKey(id)) {
      below.put(id, fields.get(id));
    }
    fields.forEach(
        (child, facts) -> {
          if (facts.get("parent").equals(Integer.toString(id))) {
            below.putAll(below(fields, child));
          }
        });
    return below;
  }

  /** Whether no two siblings have one name, and what the table names is there and may be named. */
  private boolean isWhole() {
    Set<String> names = new HashSet<>();
    for (SortedMap<String, String> field : fields.values()) {
      if (!names.add(field.get("parent") + "/" + field.get("name").toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    for (Object id : table.get("key")) {
      for (int at = (Integer) id; at != -1; at = Integer.parseInt(fields.get(at).get("parent"))) {
        if (!fields.containsKey(at) || fields.get(at).get("required").equals("false")) {
          return false;
        }
      }
    }
    return used("partitioning") && used("sorting");
  }

  private boolean used(String fact) {
    return table.get(fact).stream()
        .allMatch(it -> fields.containsKey(Integer.parseInt(it.toString().split(" ", 2)[0])));
  }
}
