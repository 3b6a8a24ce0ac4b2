package dev.varve.engine.prepared;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.merge.Choice;
import dev.varve.engine.merge.Choice.ValueKind;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/** Refuses what cannot be said of conflicts before it is written down. */
final class ChoiceCheck {
  private final Tables tables;

  ChoiceCheck(Tables tables) {
    this.tables = tables;
  }

  /**
   * @throws VarveException if no conflict is meant, one that is named cannot be answered so, or a
   *     value is missing, not asked for, or makes no sense
   */
  void check(PreparedMerge prepared, ChoiceResolution resolution) {
    List<Choice> meant =
        prepared.conflicts().stream()
            .filter(
                conflict ->
                    resolution.subject().isEmpty()
                        || conflict.subject().equals(resolution.subject().get().toString()))
            .flatMap(conflict -> conflict.choice().stream())
            .map(KeptChoice::choice)
            .filter(
                choice -> resolution.id().isEmpty() || choice.id().equals(resolution.id().get()))
            .toList();
    if (meant.isEmpty()) {
      throw refused(
          prepared,
          "'%s' has no such conflict to be answered%s%s"
              .formatted(
                  prepared.name(),
                  resolution.subject().map(it -> " of '" + it + "'").orElse(""),
                  resolution.id().map(it -> ": " + it).orElse("")),
          "list them with: varve prepared conflicts " + prepared.name());
    }
    if ((resolution.take() == Take.VALUE) != resolution.value().isPresent()) {
      throw refused(
          prepared,
          "a value wins if one is given, and only then",
          "give a value, or say that ours, theirs or base wins");
    }
    if (resolution.take() != Take.NONE) {
      checkWinner(prepared, meant, resolution);
    }
    resolution.value().ifPresent(value -> meant.forEach(it -> checkValue(prepared, it, value)));
  }

  /** Of several conflicts it is said of those that allow it; one of them has to. */
  private static void checkWinner(
      PreparedMerge prepared, List<Choice> meant, ChoiceResolution resolution) {
    boolean allowed =
        meant.stream()
            .flatMap(choice -> choice.winners().stream())
            .anyMatch(it -> it.name().equals(resolution.take().name()));
    if (!allowed) {
      String winner = text(resolution.take());
      Choice first = meant.get(0);
      throw refused(
          prepared,
          meant.size() == 1
              ? "conflict %s is about the %s, where '%s' cannot win"
                  .formatted(first.id(), first.part(), winner)
              : "'%s' can win none of the %d conflicts that are meant"
                  .formatted(winner, meant.size()),
          "choose one of: "
              + meant.stream()
                  .flatMap(choice -> choice.winners().stream())
                  .distinct()
                  .map(ChoiceCheck::text)
                  .collect(Collectors.joining(", ")));
    }
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void checkValue(PreparedMerge prepared, Choice choice, String value) {
    switch (choice.value().orElse(ValueKind.TEXT)) {
      case TEXT -> {}
      case COLUMN_NAME -> {
        if (value.isBlank()) {
          throw refused(prepared, "a column needs a name", "give one that is not blank");
        }
      }
      case TYPE -> checkType(prepared, choice, value);
      case TABLE_NAME -> checkTable(prepared, value);
    }
  }

  private static void checkType(PreparedMerge prepared, Choice choice, String value) {
    try {
      Types.fromPrimitiveString(value.strip());
    } catch (IllegalArgumentException e) {
      throw refused(
          prepared,
          "cannot read the type '%s' for the %s".formatted(value, choice.part()),
          "write it as Iceberg does, such as decimal(18,2); it is %s and %s now"
              .formatted(choice.ours(), choice.theirs()));
    }
  }

  private void checkTable(PreparedMerge prepared, String value) {
    NamespaceName namespace = TableName.parse(value).namespace();
    if (!namespace.equals(NamespaceName.DEFAULT)
        && !tables.namespaces().exists(prepared.intent().ours(), namespace)) {
      throw refused(
          prepared,
          "there is no namespace '%s' on '%s'".formatted(namespace, prepared.intent().into()),
          "create it there, or give a name in another one");
    }
  }

  private static VarveException refused(PreparedMerge prepared, String message, String hint) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST, message, hint, Map.of("ref", prepared.name().text()), null);
  }
}
