package dev.varve.server.api;

import dev.varve.engine.merge.Choice;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.prepared.KeptChoice;
import dev.varve.engine.prepared.KeptConflict;
import dev.varve.engine.prepared.PreparedMerge;
import dev.varve.engine.prepared.RebaseStep;
import dev.varve.server.http.Doc;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A prepared merge as it is answered. */
@Doc("A merge, cherry-pick, revert or rebase that waits to be published.")
record PreparedView(
    @Doc("The branch that it is on, such as 'merge/1': a revision for every reader.") String name,
    @Doc("'merge', 'cherry-pick', 'revert' or 'rebase'.") String verb,
    @Doc("The branch to publish to.") String into,
    @Doc("The revision that was named; for a rebase, the one that commits are put on.") String from,
    @Doc("The commit that is merged, picked or reverted; the one of a rebase that is done last.")
        String source,
    @Doc("Where the branch stood; for a rebase, what that commit is put on.") String ours,
    @Doc(
            "'ready'; 'behind' if the branch has moved since; 'conflicted' if conflicts are to be"
                + " resolved first; or 'unfinished' if a rebase was interrupted and can be gone on"
                + " with.")
        String state,
    @Doc("What will be published; in conflict, what holds the conflicts.") CommitView commit,
    @Doc("What is in the way.") List<KeptConflictView> conflicts,
    @Doc("How far it is, if it is a rebase.") Optional<RebaseProgressView> rebase) {

  /** How far a rebase is. */
  @Doc("How far a prepared rebase is.")
  record RebaseProgressView(
      @Doc("The commit that the branch's commits are put on.") String onto,
      @Doc("Where the branch stood, and must stand to be moved.") String head,
      @Doc("Which of its commits conflicts, or was done last, from 1.") int step,
      @Doc("How many there are.") int steps) {
    static RebaseProgressView of(RebaseStep step) {
      return new RebaseProgressView(
          step.target().hex(), step.head().hex(), step.step(), step.steps());
    }
  }

  /** A conflict. */
  @Doc("A conflict of a prepared merge.")
  record KeptConflictView(
      @Doc("The table or namespace.") String table,
      String code,
      @Doc("What each side did.") String message,
      @Doc("What a person can do next.") String hint,
      @Doc("The values by name, for programs.") Map<String, String> details,
      @Doc(
              "The table with the cells and rows in conflict, on the branch of the prepared merge,"
                  + " if any are known.")
          Optional<String> rows,
      @Doc("How many cells and rows are in conflict, as far as is known.") long count,
      @Doc("What another engine is to do, if rows are to be merged by one.")
          Optional<RowTaskView> task,
      @Doc("What there is to choose between, in a conflict that is not between rows.")
          Optional<ChoiceView> choice) {
    static KeptConflictView of(KeptConflict conflict) {
      return new KeptConflictView(
          conflict.subject(),
          conflict.code(),
          conflict.message(),
          conflict.hint(),
          conflict.details(),
          conflict.rows().map(rows -> rows.table().toString()),
          conflict.rows().map(KeptConflict.Rows::count).orElse(0L),
          conflict.task().map(RowTaskView::of),
          conflict.choice().map(ChoiceView::of));
    }
  }

  /** A choice. */
  @Doc("What there is to choose between in a conflict of metadata, or of a whole table or view.")
  record ChoiceView(
      @Doc("Names the conflict, for as long as both sides are what they are.") String id,
      @Doc("The table that holds what is said, on the branch of the prepared merge.") String table,
      @Doc("What is in conflict, such as: name of column 'price'.") String part,
      @Doc("What it was, as text.") Optional<String> base,
      @Doc("What it is on our side, as text.") String ours,
      @Doc("What it is on their side, as text.") String theirs,
      @Doc("Who may win, of 'ours', 'theirs', 'base' and 'value'.") List<String> winners,
      @Doc("What may be given as a value: 'text', 'column-name', 'type' or 'table-name'.")
          Optional<String> value) {
    static ChoiceView of(KeptChoice kept) {
      Choice choice = kept.choice();
      return new ChoiceView(
          choice.id(),
          kept.table().toString(),
          choice.part(),
          choice.base(),
          choice.ours(),
          choice.theirs(),
          choice.winners().stream().map(ChoiceView::text).toList(),
          choice.value().map(ChoiceView::text));
    }

    private static String text(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** A merge of rows for another engine. */
  @Doc("A merge of one table's rows that another engine does, as Varve's Spark job does.")
  record RowTaskView(
      @Doc("To be told as 'varve.rows-task' in the summary of the snapshot that does it.")
          String id,
      @Doc("The table that lists the files to compare.") String files,
      @Doc("How many files these are.") long fileCount,
      @Doc("The table to make of what the sides disagree on, if they do.") String conflicts,
      @Doc("The field ids of the row key; none if rows are a bag.") List<Integer> key,
      @Doc("Who wins where nothing more precise is said: 'fail', 'ours' or 'theirs'.")
          String strategy,
      @Doc("Who wins, by the name of a column.") Map<String, String> strategies,
      @Doc("By the name of a column, the expression that computes its cells.")
          Map<String, String> rules) {
    static RowTaskView of(KeptConflict.Task task) {
      return new RowTaskView(
          task.id(),
          task.files().toString(),
          task.fileCount(),
          task.conflicts().toString(),
          task.key(),
          text(task.strategy()),
          task.strategies().entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, it -> text(it.getValue()))),
          task.rules());
    }

    private static String text(Side side) {
      return side.name().toLowerCase(Locale.ROOT);
    }
  }

  static PreparedView of(PreparedMerge prepared) {
    return new PreparedView(
        prepared.name().text(),
        prepared.intent().rebase().isPresent() ? "rebase" : prepared.intent().verb().text(),
        prepared.intent().into().text(),
        prepared.intent().from(),
        prepared.intent().commit().hex(),
        prepared.intent().ours().hex(),
        prepared.state().name().toLowerCase(Locale.ROOT),
        CommitView.of(prepared.commit()),
        prepared.conflicts().stream().map(KeptConflictView::of).toList(),
        prepared.intent().rebase().map(RebaseProgressView::of));
  }
}
