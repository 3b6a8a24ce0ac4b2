package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.Column;
import dev.varve.engine.diff.Columns;
import dev.varve.engine.merge.Choice.ValueKind;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Finds columns of a merged schema that would have one name, and asks which one gets it. */
final class SchemaNames {
  private static final String TO_UNITE =
      "; to have one column with the values of both, rename the one with field id %d on its branch, add"
          + " it again there with 'varve alter', which gives it the other's id, and copy its values";

  private final SchemaDraft draft;
  private final Conflicts conflicts;

  SchemaNames(SchemaDraft draft, Conflicts conflicts) {
    this.draft = draft;
    this.conflicts = conflicts;
  }

  /** Checks all names, again where an answer changed one. */
  void check() {
    boolean changed = true;
    while (changed) {
      changed = checkOnce();
    }
  }

  /** Returns whether a column got another name, or went. */
  private boolean checkOnce() {
    Map<String, Integer> taken = new TreeMap<>();
    for (Column column : draft.columns()) {
      String name = column.parent() + "/" + column.name().toLowerCase(Locale.ROOT);
      Integer other = taken.putIfAbsent(name, column.id());
      if (other != null
          && !together(draft.ours(), other, column.id())
          && !together(draft.theirs(), other, column.id())
          && ask(column.name(), other, column.id())) {
        return true;
      }
    }
    return false;
  }

  /** Whether one side holds both columns already under such names; then it is no news. */
  private static boolean together(Columns side, int one, int two) {
    return side.contains(one)
        && side.contains(two)
        && side.find(one)
            .orElseThrow()
            .name()
            .equalsIgnoreCase(side.find(two).orElseThrow().name());
  }

  private boolean ask(String name, int one, int two) {
    Optional<Integer> ours = claimant(draft.ours(), name, one, two);
    Optional<Integer> theirs = claimant(draft.theirs(), name, one, two);
    boolean oneEach = ours.isPresent() && theirs.isPresent() && !ours.equals(theirs);
    int second =
        theirs
            .filter(id -> !ours.equals(Optional.of(id)))
            .orElseGet(() -> ours.equals(Optional.of(one)) ? two : one);
    int first = second == one ? two : one;
    Set<Winner> sides =
        oneEach ? EnumSet.of(Winner.OURS, Winner.THEIRS) : EnumSet.noneOf(Winner.class);
    Options options =
        Options.of(
                "who is named '" + name + "'",
                new ThreeWay<>(Optional.empty(), origin(first), origin(second)),
                sides)
            .orValue(ValueKind.COLUMN_NAME);
    Problem problem =
        new Problem(
            "column-name-taken",
            "two columns of '%s' would be named '%s': %s and %s%s; a name that is given is for %s"
                .formatted(
                    conflicts.table(),
                    name,
                    origin(one),
                    origin(two),
                    oneEach
                        ? fate("ours", second, draft.theirs(), name)
                            + fate("theirs", first, draft.ours(), name)
                        : "",
                    titled(second)),
            "to keep both, rename one of them on its branch, then merge again; or give a name, with"
                + " --prepare"
                + (alike(one, two) ? TO_UNITE.formatted(Math.max(one, two)) : ""),
            Map.of("column", name, "ids", Math.min(one, two) + "," + Math.max(one, two)));
    Optional<Answer> answer =
        conflicts.ask(
            problem,
            options,
            it -> it.value().map(text -> !text.equalsIgnoreCase(name)).orElse(true));
    answer.ifPresent(
        it -> {
          switch (it.winner()) {
            case OURS -> giveUp(second, draft.theirs(), name);
            case THEIRS -> giveUp(first, draft.ours(), name);
            case BASE, VALUE -> rename(second, it.value().orElseThrow());
          }
        });
    return answer.isPresent();
  }

  /** Whether two columns are one definition, and such as can be added without an engine. */
  private boolean alike(int one, int two) {
    Column first = draft.find(one).orElseThrow();
    Column second = draft.find(two).orElseThrow();
    return first.name().equals(second.name())
        && first.shape().equals(second.shape())
        && isPlain(first)
        && isPlain(second);
  }

  private static boolean isPlain(Column column) {
    return !column.required()
        && column.initialDefault().isEmpty()
        && column.writeDefault().isEmpty();
  }

  /** Which of two columns a side calls so. */
  private static Optional<Integer> claimant(Columns side, String name, int one, int two) {
    return Optional.of(one)
        .filter(id -> isNamed(side, id, name))
        .or(() -> Optional.of(two).filter(id -> isNamed(side, id, name)));
  }

  private static boolean isNamed(Columns side, int id, String name) {
    return side.find(id).filter(column -> column.name().equalsIgnoreCase(name)).isPresent();
  }

  /** A column that does not get a name has the one of base, or is not there if it is new. */
  private void giveUp(int id, Columns side, String name) {
    Optional<String> before = draft.base().find(id).map(Column::name);
    if (before.isPresent() && !before.get().equalsIgnoreCase(name)) {
      rename(id, before.get());
    } else if (side.contains(id)) {
      draft.drop(id);
    }
  }

  /** What {@link #giveUp} does to a column if a side wins, in words. */
  private String fate(String winner, int id, Columns side, String name) {
    Optional<String> before = draft.base().find(id).map(Column::name);
    String fate =
        before.isPresent() && !before.get().equalsIgnoreCase(name)
            ? "is named '%s' again".formatted(before.get())
            : side.contains(id) ? "is dropped, with its values" : "stays";
    return "; with '%s', %s %s".formatted(winner, titled(id), fate);
  }

  private void rename(int id, String name) {
    Column column = draft.find(id).orElseThrow();
    draft.put(
        new Column(
            id,
            column.parent(),
            name,
            column.required(),
            column.shape(),
            column.doc(),
            column.initialDefault(),
            column.writeDefault()));
  }

  private String origin(int id) {
    return "%s (field id %d)".formatted(titled(id), id);
  }

  /** A column's name, and whose it is. */
  private String titled(int id) {
    MergeVerb verb = conflicts.verb();
    String side =
        !draft.ours().contains(id)
            ? verb.theirs()
            : !draft.theirs().contains(id) ? verb.ours() : "both";
    return "'%s' of %s".formatted(draft.path(id), side);
  }
}
