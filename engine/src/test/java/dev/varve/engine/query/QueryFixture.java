package dev.varve.engine.query;

import dev.varve.catalog.history.Revision;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.sql.TestTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Queries over a table {@code people} of two rows at {@code v1} and three at {@code main}. */
abstract class QueryFixture {
  static final Schema PEOPLE =
      new Schema(
          NestedField.required(1, "id", Types.IntegerType.get()),
          NestedField.optional(2, "name", Types.StringType.get()));

  @TempDir Path directory;
  final MapTables tables = new MapTables();
  Duck duck;
  Sql sql;

  @BeforeEach
  void open() {
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    sql = new Sql(duck, tables);
    TestTable people = TestTable.create(directory.resolve("people"), PEOPLE);
    people.append(people.row(1, "ann"), people.row(2, "bob"));
    tables.put("v1", "people", people);
    people.append(people.row(3, "zoë"));
    tables.put("main", "people", people).put("main", "hr.people", people);
  }

  @AfterEach
  void close() {
    sql.close();
    duck.close();
  }

  List<List<Object>> rows(String text) {
    return rows(text, QueryLimits.defaults());
  }

  List<List<Object>> rows(String text, QueryLimits limits) {
    List<List<Object>> rows = new ArrayList<>();
    try (QueryResult result = sql.query(new SqlQuery(text, Revision.parse("main"), limits))) {
      result.forEach(rows::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  Object value(String text) {
    return rows(text).get(0).get(0);
  }

  String write(String text, ResultFormat format) {
    return new String(bytes(text, format, QueryLimits.defaults()), StandardCharsets.UTF_8);
  }

  byte[] bytes(String text, ResultFormat format, QueryLimits limits) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (QueryResult result = sql.query(new SqlQuery(text, Revision.parse("main"), limits))) {
      result.writeTo(out, format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
