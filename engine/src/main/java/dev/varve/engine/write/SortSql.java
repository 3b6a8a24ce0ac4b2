package dev.varve.engine.write;

import java.util.List;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.transforms.SortOrderVisitor;

/** A table's sort order as an {@code ORDER BY} list. */
final class SortSql implements SortOrderVisitor<String> {
  private final TransformSql transforms;

  private SortSql(Schema schema) {
    this.transforms = new TransformSql(schema);
  }

  static List<String> of(Schema schema, SortOrder order) {
    return SortOrderVisitor.visit(order, new SortSql(schema));
  }

  @Override
  public String field(String name, int id, SortDirection direction, NullOrder nulls) {
    return term(transforms.identity(id), direction, nulls);
  }

  @Override
  public String bucket(String name, int id, int buckets, SortDirection direction, NullOrder nulls) {
    return term(transforms.bucket(id, buckets), direction, nulls);
  }

  @Override
  public String truncate(String name, int id, int width, SortDirection direction, NullOrder nulls) {
    return term(transforms.truncate(id, width), direction, nulls);
  }

  @Override
  public String year(String name, int id, SortDirection direction, NullOrder nulls) {
    return term(transforms.year(id), direction, nulls);
  }

  @Override
  public String month(String name, int id, SortDirection direction, NullOrder nulls) {
    return term(transforms.month(id), direction, nulls);
  }

  @Override
  public String day(String name, int id, SortDirection direction, NullOrder nulls) {
    return term(transforms.day(id), direction, nulls);
  }

  @Override
  public String hour(String name, int id, SortDirection direction, NullOrder nulls) {
    return term(transforms.hour(id), direction, nulls);
  }

  private static String term(String sql, SortDirection direction, NullOrder nulls) {
    return sql
        + (direction == SortDirection.ASC ? " ASC" : " DESC")
        + (nulls == NullOrder.NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
  }
}
