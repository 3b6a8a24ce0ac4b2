package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergedContent;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.merge.rows.RowPlan;
import dev.varve.engine.table.TableName;
import java.nio.charset.StandardCharsets;

/**
 * A merge of one table's rows that another engine is to do.
 *
 * <p>It compares the files of the plan, writes what changes of ours' files for the target, and
 * replaces them there by one snapshot whose summary tells the task's id as {@value #DONE} and what
 * was done.
 *
 * @param id the same for the same three states of the table, and for no others
 * @param target the merged table with ours' files, to be written to
 */
public record RowTask(
    String id, TableName table, ContentId content, RowPlan plan, MergedContent.Merged target) {
  /** In the summary of the snapshot that did a task: its id. */
  public static final String DONE = "varve.rows-task";

  /** In the same summary: how many rows theirs added, changed or removed. */
  static final String CHANGED = "varve.rows-changed";

  /** In the same summary: how many rows came to ours anew or in another form. */
  static final String WRITTEN = "varve.rows-written";

  /** In the same summary: how many rows of ours went or were replaced. */
  static final String REMOVED = "varve.rows-removed";

  private static final int ID_DIGITS = 16;

  /** The id of a task, from the values of the table on the three sides. */
  static String id(ThreeWay<ObjectId> values) {
    String text =
        values.base().map(ObjectId::hex).orElse("") + values.ours().hex() + values.theirs().hex();
    return ObjectId.of(text.getBytes(StandardCharsets.US_ASCII)).hex().substring(0, ID_DIGITS);
  }
}
