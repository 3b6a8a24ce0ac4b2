package dev.varve.engine.merge;

import dev.varve.engine.diff.Column;
import dev.varve.engine.merge.Choice.ValueKind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.expressions.Literal;

/** Merges the attributes of columns that both sides have. */
final class ColumnMerge {
  private final SchemaDraft draft;
  private final Conflicts conflicts;

  ColumnMerge(SchemaDraft draft, Conflicts conflicts) {
    this.draft = draft;
    this.conflicts = conflicts;
  }

  Column merge(int id) {
    ThreeWay<Column> column = draft.ofBoth(id);
    String name = name(column);
    Object shape = shape(column);
    return new Column(
        id,
        column.ours().parent(),
        name,
        required(column.map(Column::required)),
        shape,
        doc(column),
        initialDefault(column, shape),
        writeDefault(column, shape));
  }

  /** Optional wins where the sides disagree without a base: it is right for all rows. */
  private static boolean required(ThreeWay<Boolean> required) {
    return required.conflicts() ? false : required.merged();
  }

  private String name(ThreeWay<Column> column) {
    Attribute<String> name =
        new Attribute<>(
            column, column.map(Column::name), "column-renamed-differently", "renamed to");
    return decide(
        name,
        name.options("name").orValue(ValueKind.COLUMN_NAME),
        Function.identity(),
        answer -> answer.value().filter(String::isBlank).isEmpty());
  }

  private Optional<String> doc(ThreeWay<Column> column) {
    Attribute<Optional<String>> doc =
        new Attribute<>(column, column.map(Column::doc), "column-doc-differs", "documented as");
    return decide(
        doc, doc.options("documentation").orValue(ValueKind.TEXT), Optional::of, answer -> true);
  }

  /** Only what both sides' values can be read as may win. */
  private Object shape(ThreeWay<Column> column) {
    Attribute<Object> shape =
        new Attribute<>(
            column, Widening.kept(column.map(Column::shape)), "column-type-differs", "of type");
    Set<Winner> winners = EnumSet.noneOf(Winner.class);
    Stream.of(Winner.OURS, Winner.THEIRS)
        .filter(winner -> Widening.reaches(shape.values.of(winner), shape.values))
        .forEach(winners::add);
    Options options = Options.of(shape.part("type"), shape.seen(), winners);
    return decide(
        shape,
        Widening.canReachMore(shape.values) ? options.orValue(ValueKind.TYPE) : options,
        text -> Widening.parse(text).orElseThrow(),
        answer ->
            answer.value().isEmpty()
                || answer
                    .value()
                    .flatMap(Widening::parse)
                    .filter(type -> Widening.reaches(type, shape.values))
                    .isPresent());
  }

  /** What rows have that were written without the column: neither side may take the other's. */
  private Optional<Literal<?>> initialDefault(ThreeWay<Column> column, Object shape) {
    Attribute<Optional<Literal<?>>> value =
        new Attribute<>(
            column,
            column.map(Column::initialDefault).map(it -> Column.in(shape, it)),
            "column-default-differs",
            "with initial default");
    return decide(
        value,
        Options.of(value.part("initial default"), value.seen(), EnumSet.noneOf(Winner.class)),
        text -> Optional.empty(),
        answer -> false);
  }

  private Optional<Literal<?>> writeDefault(ThreeWay<Column> column, Object shape) {
    Attribute<Optional<Literal<?>>> value =
        new Attribute<>(
            column,
            column.map(Column::writeDefault).map(it -> Column.in(shape, it)),
            "column-default-differs",
            "with default");
    return decide(value, value.options("default"), text -> Optional.empty(), answer -> true);
  }

  private <T> T decide(
      Attribute<T> attribute, Options options, Function<String, T> read, Predicate<Answer> usable) {
    ThreeWay<T> values = attribute.values;
    if (!values.conflicts()) {
      return values.merged();
    }
    return conflicts
        .ask(attribute.problem(), options, usable)
        .map(answer -> answer.value().map(read).orElseGet(() -> values.of(answer.winner())))
        .orElseGet(values::merged);
  }

  private static String text(Object value) {
    Object shown = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    return shown == null ? "none" : "'" + shown + "'";
  }

  /** One attribute of one column on the three sides, and how its conflict is told. */
  private final class Attribute<T> {
    private final String path;
    private final ThreeWay<T> values;
    private final String code;
    private final String verb;

    Attribute(ThreeWay<Column> column, ThreeWay<T> values, String code, String verb) {
      this.path = draft.path(column.ours().id());
      this.values = values;
      this.code = code;
      this.verb = verb;
    }

    ThreeWay<String> seen() {
      return values.map(ColumnMerge::text);
    }

    String part(String attribute) {
      return attribute + " of column '" + path + "'";
    }

    Options options(String attribute) {
      return Options.ofSides(part(attribute), seen());
    }

    Problem problem() {
      ThreeWay<String> seen = seen();
      return new Problem(
          code,
          "column '%s' of '%s' is %s %s %s and %s %s"
              .formatted(
                  path,
                  conflicts.table(),
                  verb,
                  seen.ours(),
                  conflicts.verb().inOurs(),
                  seen.theirs(),
                  conflicts.verb().inTheirs()),
          "make the column alike on both branches, then merge again",
          Map.of("column", path, "ours", seen.ours(), "theirs", seen.theirs()));
    }
  }
}
