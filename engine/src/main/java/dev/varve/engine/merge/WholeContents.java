package dev.varve.engine.merge;

import dev.varve.catalog.merge.ContentVersion;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.merge.MergedContent;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import dev.varve.engine.merge.Choice.ValueKind;
import dev.varve.engine.table.TableName;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Conflicts that only the choice of a whole content settles: a table that one side dropped, a view
 * that both changed, two tables of one name, rows that do not fit the merged schema.
 */
final class WholeContents {
  private static final String WHOLE = "as a whole";

  private final MergeVerb verb;
  private final Answers answers;

  WholeContents(MergeVerb verb, Answers answers) {
    this.verb = verb;
    this.answers = answers;
  }

  /** The states of one content, or of two that want one key. */
  record Sides(Optional<ContentVersion> ours, Optional<ContentVersion> theirs) {
    static Sides of(ThreeWay<ContentVersion> versions) {
      return new Sides(Optional.of(versions.ours()), Optional.of(versions.theirs()));
    }

    private boolean areTwoTables() {
      return ours.isPresent()
          && theirs.isPresent()
          && !ours.get().content().id().equals(theirs.get().content().id())
          && !theirs.get().content().type().equals(ContentType.NAMESPACE)
          && !ours.get().content().type().equals(ContentType.NAMESPACE);
    }

    private boolean areOfTwoTypes() {
      return ours.isPresent()
          && theirs.isPresent()
          && !ours.get().content().type().equals(theirs.get().content().type());
    }
  }

  /** Gives those conflicts a choice of the whole content that have none of their own. */
  List<MergeConflict> withChoices(List<MergeConflict> found, Sides sides) {
    return found.stream().map(conflict -> withChoice(conflict, sides)).toList();
  }

  private MergeConflict withChoice(MergeConflict conflict, Sides sides) {
    boolean isOfRows =
        conflict.rows().isPresent() || conflict.code().equals(RowProblems.ROWS_ELSEWHERE);
    if (conflict.choice().isPresent() || isOfRows || sides.areOfTwoTypes()) {
      return conflict;
    }
    Set<Winner> winners = EnumSet.of(Winner.OURS, Winner.THEIRS);
    ThreeWay<String> seen =
        new ThreeWay<>(
            Optional.empty(),
            state(sides.ours(), verb.inOurs()),
            state(sides.theirs(), verb.inTheirs()));
    Options options = Options.of(WHOLE, seen, winners);
    return conflict.withChoice(
        Choice.of(
            conflict.subject(),
            conflict.code(),
            sides.areTwoTables() ? options.orValue(ValueKind.TABLE_NAME) : options,
            ContentValues.of(
                sides.ours().map(ContentVersion::content),
                sides.theirs().map(ContentVersion::content))));
  }

  private static String state(Optional<ContentVersion> version, String where) {
    return version.isPresent() ? "as it is " + where : "not there";
  }

  /**
   * What becomes of the content by what was said of one of its conflicts; empty if nothing was, and
   * for conflicts about parts of it.
   */
  Optional<MergedContent> settled(List<MergeConflict> found, Sides sides) {
    for (MergeConflict conflict : found) {
      Optional<Answer> answer =
          answers.to(conflict).filter(it -> conflict.choice().get().part().equals(WHOLE));
      if (answer.isPresent()) {
        answers.settle(conflict);
        return answer.map(it -> content(it, sides));
      }
    }
    return Optional.empty();
  }

  private static MergedContent content(Answer answer, Sides sides) {
    return switch (answer.winner()) {
      case OURS -> content(sides.ours());
      case THEIRS -> content(sides.theirs());
      case BASE, VALUE ->
          new MergedContent.Apart(TableName.parse(answer.value().orElseThrow()).key());
    };
  }

  private static MergedContent content(Optional<ContentVersion> version) {
    if (version.isEmpty()) {
      return new MergedContent.Removed();
    }
    Content content = version.get().content();
    return new MergedContent.Merged(content.type(), content.id(), version.get().value());
  }
}
