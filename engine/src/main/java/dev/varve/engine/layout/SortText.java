package dev.varve.engine.layout;

import java.util.List;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.SortOrderBuilder;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;

/**
 * A table's sort order as text: {@code date desc nulls last}, {@code bucket(16, id)}. Ascending is
 * the default; nulls come first when ascending and last when descending, as Iceberg has it.
 */
public final class SortText {
  private SortText() {}

  /**
   * Reads a sort order; no texts mean unsorted.
   *
   * @throws dev.varve.catalog.error.VarveException if a text cannot be read or names no column
   */
  public static SortOrder parse(Schema schema, List<String> texts) {
    SortOrder.Builder order = SortOrder.builderFor(schema);
    apply(order, schema, texts);
    return order.build();
  }

  /** Adds the fields to a sort order that is being built, or to Iceberg's replacement of one. */
  public static void apply(SortOrderBuilder<?> order, Schema schema, List<String> texts) {
    for (String text : texts) {
      add(order, schema, text);
    }
  }

  /** The fields as texts that {@link #parse} reads back. */
  public static List<String> print(SortOrder order) {
    return order.fields().stream().map(field -> print(order.schema(), field)).toList();
  }

  private static void add(SortOrderBuilder<?> order, Schema schema, String text) {
    Words words = new Words(text, "sort order");
    TransformText transform = TransformText.take(words, schema);
    boolean descending = words.takes("desc");
    if (!descending) {
      words.takes("asc");
    }
    NullOrder nulls = nulls(words, descending);
    words.expectEnd();
    Term term = term(schema, transform);
    if (descending) {
      order.desc(term, nulls);
    } else {
      order.asc(term, nulls);
    }
  }

  private static NullOrder nulls(Words words, boolean descending) {
    if (!words.takes("nulls")) {
      return descending ? NullOrder.NULLS_LAST : NullOrder.NULLS_FIRST;
    }
    if (words.takes("first")) {
      return NullOrder.NULLS_FIRST;
    }
    words.expect("last");
    return NullOrder.NULLS_LAST;
  }

  private static Term term(Schema schema, TransformText transform) {
    String column = schema.findColumnName(transform.field().fieldId());
    return transform.transform().isIdentity()
        ? Expressions.ref(column)
        : Expressions.transform(column, transform.transform());
  }

  private static String print(Schema schema, SortField field) {
    String text = TransformText.print(schema, field.sourceId(), field.transform());
    boolean ascending = field.direction() == SortDirection.ASC;
    boolean first = field.nullOrder() == NullOrder.NULLS_FIRST;
    String nulls = first == ascending ? "" : first ? " nulls first" : " nulls last";
    return text + (ascending ? "" : " desc") + nulls;
  }
}
