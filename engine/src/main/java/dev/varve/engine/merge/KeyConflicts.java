package dev.varve.engine.merge;

import dev.varve.catalog.merge.KeyAnswer;
import dev.varve.catalog.merge.KeyConflict;
import dev.varve.catalog.merge.MergedContent;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.merge.Choice.ValueKind;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Conflicts of keys, which the catalog finds, as they are told and answered here. */
final class KeyConflicts {
  private final Answers answers;

  KeyConflicts(Answers answers) {
    this.answers = answers;
  }

  /** What people call the content at a key. */
  static String name(Key key, ContentType type) {
    return type.equals(ContentType.NAMESPACE)
        ? new NamespaceName(key).toString()
        : new TableName(key).toString();
  }

  /** The conflict in the words of the catalog, with what there is to choose between. */
  static MergeConflict told(KeyConflict conflict) {
    Content content = content(conflict);
    MergedContent.Conflict told = conflict.conflict();
    String subject = name(conflict.key(), content.type());
    MergeConflict found =
        new MergeConflict(
            subject, told.code(), told.message(), told.hint().orElse(""), told.details());
    Set<Winner> winners = winners(conflict, content.type());
    return winners.isEmpty()
        ? found
        : found.withChoice(
            Choice.of(
                subject, told.code(), options(conflict, winners), ContentValues.of(conflict)));
  }

  private static Content content(KeyConflict conflict) {
    return conflict.ours().or(conflict::theirs).or(conflict::base).orElseThrow();
  }

  /** What was said of a conflict. */
  Optional<KeyAnswer> answer(KeyConflict conflict) {
    MergeConflict told = told(conflict);
    Optional<KeyAnswer> answer =
        answers
            .to(told)
            .map(
                it ->
                    switch (it.winner()) {
                      case OURS -> KeyAnswer.OURS;
                      case THEIRS -> KeyAnswer.THEIRS;
                      case BASE, VALUE ->
                          KeyAnswer.at(TableName.parse(it.value().orElseThrow()).key());
                    });
    answer.ifPresent(it -> answers.settle(told));
    return answer;
  }

  private static Set<Winner> winners(KeyConflict conflict, ContentType type) {
    Set<Winner> winners = EnumSet.noneOf(Winner.class);
    for (KeyAnswer.Kind kind : conflict.answers()) {
      switch (kind) {
        case OURS -> winners.add(Winner.OURS);
        case THEIRS -> winners.add(Winner.THEIRS);
        case KEY -> {
          if (!type.equals(ContentType.NAMESPACE)) {
            winners.add(Winner.VALUE);
          }
        }
      }
    }
    return winners;
  }

  private static Options options(KeyConflict conflict, Set<Winner> winners) {
    ThreeWay<String> seen =
        new ThreeWay<>(
            Optional.empty(),
            state(conflict, conflict.ours(), "ours"),
            state(conflict, conflict.theirs(), "theirs"));
    return new Options(
        "where it is",
        seen,
        winners,
        winners.contains(Winner.VALUE) ? Optional.of(ValueKind.TABLE_NAME) : Optional.empty());
  }

  private static String state(KeyConflict conflict, Optional<Content> content, String side) {
    MergedContent.Conflict told = conflict.conflict();
    return switch (told.code()) {
      case "renamed-differently" -> "'" + told.details().get(side) + "'";
      case "renamed-and-removed" ->
          content.isPresent() ? "'" + told.details().get("renamed") + "'" : "removed";
      default -> content.isPresent() ? "there" : "not there";
    };
  }
}
