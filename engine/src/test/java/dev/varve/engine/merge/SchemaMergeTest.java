package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each case is base, ours, theirs and what comes of them; each runs flipped too. */
class SchemaMergeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // one side only
        "1 a int           | 1 a int           | 1 a int           | 1 a int",
        "1 a int           | 1 a int, 2 b int  | 1 a int           | 1 a int, 2 b int",
        "1 a int, 2 b int  | 1 a int           | 1 a int, 2 b int  | 1 a int",
        "1 a int           | 1 c int           | 1 a int           | 1 c int",
        "1 a int           | 1 a long          | 1 a int           | 1 a long",
        "1 a int!          | 1 a int           | 1 a int!          | 1 a int",
        "1 a int           | 1 a int 'doc'     | 1 a int           | 1 a int 'doc'",
        "1 a int, 2 b int  | 2 b int, 1 a int  | 1 a int, 2 b int  | 2 b int, 1 a int",
        // different attributes of one column
        "1 a int!          | 1 c int!          | 1 a long 'doc'    | 1 c long 'doc'",
        // the same on both sides
        "1 a int           | 1 b long          | 1 b long          | 1 b long",
        "1 a int, 2 b int  | 1 a int           | 1 a int           | 1 a int",
        "1 a int           | 1 a int, 2 b int  | 1 a int, 2 b int  | 1 a int, 2 b int",
        // different columns
        "1 a int, 2 b int  | 1 c int, 2 b int  | 1 a int, 2 d int  | 1 c int, 2 d int",
        "1 a int, 2 b int  | 2 b int           | 1 a int, 2 c int  | 2 c int",
        "1 a int, 2 b int  | 1 b int           | 1 a int, 2 c int  | 'column-dropped-and-changed'",
        // two columns that swap names on one side
        "1 a int, 2 b int  | 1 b int, 2 a int  | 1 a int, 2 b int  | 1 b int, 2 a int",
        // order
        "1 a int, 2 b int  | 2 b int, 1 a int  | 1 a int, 2 b int, 3 c int | 2 b int, 3 c int, 1 a int",
        "1 a int, 2 b int  | 3 c int, 1 a int, 2 b int | 1 a int, 2 b int | 3 c int, 1 a int, 2 b int",
        // nested
        "1 s {2 x int}     | 1 t {2 x int}     | 1 s {2 x int, 3 y int}    | 1 t {2 x int, 3 y int}",
        "1 s {2 x int, 3 y int} | 1 s {2 x int} | 1 s {2 z int, 3 y int}   | 1 s {2 z int}",
        "1 l [2 int]       | 1 l [2 long]      | 1 m [2 int]       | 1 m [2 long]",
        "1 l [2 {3 x int}] | 1 l [2 {3 x int, 4 y int}] | 1 l [2 {3 z int}] | 1 l [2 {3 z int, 4 y int}]",
        // nested: order, documentation, and whether there must be a value
        "1 s {2 x int, 3 y int} | 1 s {3 y int, 2 x int} | 1 s {2 x int, 3 y int} | 1 s {3 y int, 2 x int}",
        "1 s {2 x int, 3 y int} | 1 s {3 y int, 2 x int} | 1 s {3 y int, 2 x int} | 1 s {3 y int, 2 x int}",
        "1 s {2 x int, 3 y int} | 1 s {3 y int, 2 x int} | 1 s {2 z int, 3 y int} | 1 s {3 y int, 2 z int}",
        "1 s {2 x int, 3 y int} | 1 s {3 y int, 2 x int} | 1 s {2 x int, 3 y int, 4 z int} | 1 s {3 y int, 4 z int, 2 x int}",
        "1 s {2 x int, 3 y int}, 4 a int | 1 s {3 y int, 2 x int}, 4 a int | 4 a int, 1 s {2 x int, 3 y int}"
            + " | 4 a int, 1 s {3 y int, 2 x int}",
        "1 s {2 t {3 x int, 4 y int}} | 1 s {2 t {4 y int, 3 x int}} | 1 s {2 t {3 x int, 4 y int}}"
            + " | 1 s {2 t {4 y int, 3 x int}}",
        "1 l [2 {3 x int, 4 y int}] | 1 l [2 {4 y int, 3 x int}] | 1 l [2 {3 x int, 4 y int}]"
            + " | 1 l [2 {4 y int, 3 x int}]",
        "1 s {2 x int}     | 1 s {2 x int 'one'} | 1 s {2 x int}  | 1 s {2 x int 'one'}",
        "1 s {2 x int}     | 1 s {2 x int 'one'} | 1 s {2 x int 'one'} | 1 s {2 x int 'one'}",
        "1 s {2 x int}     | 1 s {2 x int 'one'} | 1 s {2 x int} 'two' | 1 s {2 x int 'one'} 'two'",
        "1 s {2 x int}     | 1 s {2 x int 'one'} | 1 s {2 x int 'two'} | 'column-doc-differs'",
        "1 s {2 x int!}    | 1 s {2 x int}     | 1 s {2 x int!}    | 1 s {2 x int}",
        "1 s {2 x int!}    | 1 s {2 x int}     | 1 s {2 x int}     | 1 s {2 x int}",
        "1 s {2 x int!}!   | 1 s {2 x int}!    | 1 s {2 x int!}    | 1 s {2 x int}",
        "1 s {2 x int}     | 1 s {2 x int!}    | 1 s {2 x int} 'doc' | 1 s {2 x int!} 'doc'",
        "1 s {2 x int!}!   | 1 s {2 x int!}! 'doc' | 1 s {2 x long}! | 1 s {2 x long}! 'doc'",
        // defaults
        "1 a int           | 1 a int =7        | 1 a int           | 1 a int =7",
        "1 a int =7        | 1 a int =8        | 1 a int =7        | 1 a int =8",
        "1 a int =7        | 1 a int           | 1 a int =7        | 1 a int",
        "1 a int           | 1 a int =7        | 1 a int =7        | 1 a int =7",
        "1 a int           | 1 a int =7        | 1 a int =8        | 'column-default-differs'",
        "1 a int =7        | 1 a int           | 1 a int =8        | 'column-default-differs'",
        "1 a string =x     | 1 a string =y     | 1 a string =z     | 'column-default-differs'",
        "1 a int           | 1 a int, 2 b int ?7 =7 | 1 a int      | 1 a int, 2 b int ?7 =7",
        "1 a int           | 1 a int, 2 b int ?7 =8 | 1 a int, 3 c string ?x =x"
            + " | 1 a int, 2 b int ?7 =8, 3 c string ?x =x",
        "1 a int ?7 =7     | 1 a int ?7 =8     | 1 a int ?7 =7     | 1 a int ?7 =8",
        "1 a int ?7 =7     | 1 a int ?7 =8     | 1 b int ?7 =7 'doc' | 1 b int ?7 =8 'doc'",
        "1 a int! =7       | 1 a int! =8       | 1 a int =7        | 1 a int =8",
        "1 a int ?7 =7     | 1 a int ?7 =7     | 1 a int ?8 =7     | 1 a int ?8 =7",
        "1 a int           | 1 a int ?7        | 1 a int ?8        | 'column-default-differs'",
        // the value of a widened column's default is what it was
        "1 a int ?7 =7     | 1 a long ?7 =7    | 1 a int ?7 =7     | 1 a long ?7 =7",
        "1 a int ?7 =7     | 1 a long ?7 =7    | 1 a int ?7 =8     | 1 a long ?7 =8",
        "1 a int ?7 =7     | 1 a long ?7 =8    | 1 a int ?7 =8     | 1 a long ?7 =8",
        "1 a int ?7 =7     | 1 a long ?7 =8    | 1 a int ?7 =9     | 'column-default-differs'",
        "1 a int =7        | 1 a long =7       | 1 a int           | 1 a long",
        "1 a int           | 1 a long          | 1 a int =7        | 1 a long =7",
        "1 s {2 x int ?7 =7} | 1 s {2 x long ?7 =7} | 1 s {2 x int ?7 =8} | 1 s {2 x long ?7 =8}",
        // a default is what was changed of a column that is dropped
        "1 a int, 2 b int =7 | 1 a int         | 1 a int, 2 b int =7 | 1 a int",
        "1 a int, 2 b int =7 | 1 a int         | 1 a int, 2 b int =8 | 'column-dropped-and-changed'",
        "1 a int, 2 b int  | 1 a int           | 1 a int, 2 b int =8 | 'column-dropped-and-changed'",
        "1 a int, 2 s {3 x int =7} | 1 a int   | 1 a int, 2 s {3 x int =8} | 'column-dropped-and-changed'",
        "1 s {2 x int, 3 y int =7} | 1 s {2 x int} | 1 s {2 x int, 3 y int =8} | 'column-dropped-and-changed'",
        // nested
        "1 s {2 x int}     | 1 s {2 x int =7}  | 1 s {2 x int}     | 1 s {2 x int =7}",
        "1 s {2 x int}     | 1 s {2 x int =7}  | 1 s {2 x int =7}  | 1 s {2 x int =7}",
        "1 s {2 x int}     | 1 s {2 x int =7}  | 1 s {2 x int =8}  | 'column-default-differs'",
        "1 s {2 x int}     | 1 s {2 x int, 3 y int ?7 =7} | 1 t {2 x int, 4 z int ?1 =2}"
            + " | 1 t {2 x int, 3 y int ?7 =7, 4 z int ?1 =2}",
        "1 l [2 {3 x int}] | 1 l [2 {3 x int, 4 y int ?7 =7}] | 1 l [2 {3 x int =5}]"
            + " | 1 l [2 {3 x int =5, 4 y int ?7 =7}]",
        // keys
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 1 c int!, 2 b int! | 1 c int! #key, 2 b int!",
        "1 a int! #key, 2 b int! #key | 1 a int! #key, 2 b int! | 1 a int! #key, 2 b int! #key | 1 a int! #key, 2 b int!",
        // conflicts
        "1 a int           | 1 b int           | 1 c int           | 'column-renamed-differently'",
        "1 a decimal(9;2)  | 1 a decimal(11;2) | 1 a decimal(18;2) | 'column-type-differs'",
        "1 a int           | 1 a int 'one'     | 1 a int 'two'     | 'column-doc-differs'",
        "1 a int, 2 b int  | 1 a int           | 1 a int, 2 c int  | 'column-dropped-and-changed'",
        "1 a int, 2 s {3 x int} | 1 a int      | 1 a int, 2 s {3 x long} | 'column-dropped-and-changed'",
        "1 a int, 2 s {3 x int} | 1 a int      | 1 a int, 2 s {3 x int, 4 y int} | 'column-dropped-and-changed'",
        "1 a int           | 1 a int, 2 b int  | 1 a int, 3 b int  | 'column-name-taken'",
        "1 a int           | 1 a int, 2 b int  | 1 a int, 3 B int  | 'column-name-taken'",
        "1 a int, 2 b int  | 1 c int, 2 b int  | 1 a int, 2 c int  | 'column-name-taken'",
        "1 s {2 x int}     | 1 s {2 x int, 3 y int} | 1 s {2 y int} | 'column-name-taken'",
        "1 s {2 x int, 3 y int} | 1 s {3 y int} | 1 s {2 x int} | 'no-columns-left'",
        "1 a int, 2 b int  | 1 a int           | 2 b int           | 'no-columns-left'",
        "1 l [2 {3 x int, 4 y int}] | 1 l [2 {4 y int}] | 1 l [2 {3 x int}] | 'no-columns-left'",
        "1 s {2 x int, 3 y int} | 1 s {3 y int, 4 z int} | 1 s {2 x int} | 1 s {4 z int}",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 1 a int!, 2 b int! #key | 'key-differs'",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 2 b int!        | 'key-column-dropped'",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 1 a int, 2 b int! | 'key-column-optional'",
      })
  void columnsMergeByIdAndAttribute(String base, String ours, String theirs, String expected) {
    assertThat(merge(base, ours, theirs)).isEqualTo(normal(expected));
    assertThat(sorted(merge(base, theirs, ours))).isEqualTo(sorted(normal(expected)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 a int, 2 b int | 1 a int, 2 b int, 3 x int | 1 a int, 2 b int, 4 y int"
            + " | 1 a int, 2 b int, 3 x int, 4 y int",
        "1 a int, 2 b int | 1 a int, 3 x int, 2 b int | 1 a int, 4 y int, 2 b int"
            + " | 1 a int, 3 x int, 4 y int, 2 b int",
        "1 a int, 2 b int, 3 c int | 3 c int, 1 a int, 2 b int | 2 b int, 1 a int, 3 c int"
            + " | 3 c int, 1 a int, 2 b int",
        "1 s {2 x int, 3 y int, 4 z int} | 1 s {4 z int, 2 x int, 3 y int}"
            + " | 1 s {3 y int, 2 x int, 4 z int} | 1 s {4 z int, 2 x int, 3 y int}",
      })
  void oursLeadsInTheOrderWhereBothSidesReordered(
      String base, String ours, String theirs, String expected) {
    assertThat(merge(base, ours, theirs)).isEqualTo(normal(expected));
  }

  /** Sides are what they have been, from the first schema to the last, base a single schema. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 a int | 1 a int, 2 b int > 1 a int, 2 c int | 1 a int, 2 b int | 1 a int, 2 c int",
        "1 a int | 1 a int, 2 b int > 1 a int, 2 b long | 1 a int, 2 b int | 1 a int, 2 b long",
        "1 a int | 1 a int, 2 b int > 1 a int, 2 b int 'doc' | 1 a int, 2 b int"
            + " | 1 a int, 2 b int 'doc'",
        "1 a int | 1 a int, 2 b int! ?7 =7 > 1 a int, 2 b int ?7 =8 | 1 a int, 2 b int! ?7 =7"
            + " | 1 a int, 2 b int ?7 =8",
        "1 a int | 1 a int, 2 b int > 1 a int, 2 c int | 1 a int, 2 b int > 1 a int, 2 d int"
            + " | 'column-renamed-differently'",
        "1 a int | 1 a int, 2 s {3 x int, 4 y int} | 1 a int, 2 s {3 x int, 5 z int}"
            + " | 1 a int, 2 s {3 x int, 4 y int, 5 z int}",
        "1 a int | 1 a int, 2 b int > 1 a int, 2 c int | 1 a int, 2 b int 'doc'"
            + " | 1 a int, 2 c int 'doc'",
        "1 a int | 1 a int, 2 b int 'one' | 1 a int, 2 b int 'two' | 'column-doc-differs'",
        // files hold values of it
        "1 a int | 1 a int, 2 b int > 1 a int | 1 a int, 2 b int | 'column-added-and-dropped'",
        "1 a int | 1 a int, 2 s {3 x int} > 1 a int | 1 a int, 2 s {3 x int}"
            + " | 'column-added-and-dropped'",
        "1 s {2 x int} | 1 s {2 x int, 3 y int} > 1 s {2 x int} | 1 s {2 x int, 3 y int}"
            + " | 'column-added-and-dropped'",
        // gone with what held it
        "1 a int, 2 s {3 x int} | 1 a int, 2 s {3 x int, 4 y int} > 1 a int"
            + " | 1 a int, 2 s {3 x int, 4 y int} | 'column-dropped-and-changed'",
        "1 a int | 1 a int, 2 b int > 1 a int | 1 a int, 2 b int > 1 a int | 1 a int",
      })
  void columnsThatBothSidesAddedAreOne(String base, String ours, String theirs, String expected) {
    assertThat(mergeHistories(base, ours, theirs)).isEqualTo(normal(expected));
    assertThat(sorted(mergeHistories(base, theirs, ours))).isEqualTo(sorted(normal(expected)));
  }

  /** Files hold all columns that a side ever had. */
  private static final ColumnWrites HELD =
      new ColumnWrites() {
        @Override
        public long rows(Winner side, int column) {
          return 0;
        }

        @Override
        public boolean holds(Winner side, int column) {
          return true;
        }
      };

  private static String mergeHistories(String base, String ours, String theirs) {
    ThreeWay<List<Schema>> ever = ThreeWay.of(base, ours, theirs).map(SchemaMergeTest::schemas);
    Conflicts conflicts = new Conflicts("sales.orders", MergeVerb.MERGE);
    Schema merged =
        SchemaMerge.merge(
            ever.map(it -> it.get(it.size() - 1)), new FormerSchemas(ever), HELD, conflicts);
    return shown(merged, conflicts);
  }

  private static List<Schema> schemas(String history) {
    String[] texts = history.split(">", -1);
    return IntStream.range(0, texts.length)
        .mapToObj(
            i -> {
              Schema schema = Schemas.parse(texts[i].strip());
              return new Schema(i, schema.columns(), schema.identifierFieldIds());
            })
        .toList();
  }

  /** Each conflict is answered alike; {@code -} if one cannot be answered so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 a int | 1 b int | 1 c int | ours   | 1 b int",
        "1 a int | 1 b int | 1 c int | theirs | 1 c int",
        "1 a int | 1 b int | 1 c int | base   | 1 a int",
        "1 a int | 1 b int | 1 c int | =d     | 1 d int",
        "1 a int | 1 b long | 1 c int | theirs | 1 c long",
        // a given name that is taken is asked about again
        "1 a int, 2 d int | 1 b int, 2 d int | 1 c int, 2 d int | =d | -",
        // only types that both sides' values fit
        "1 a decimal(9;2) | 1 a decimal(11;2) | 1 a decimal(18;2) | ours   | -",
        "1 a decimal(9;2) | 1 a decimal(11;2) | 1 a decimal(18;2) | theirs | 1 a decimal(18;2)",
        "1 a decimal(9;2) | 1 a decimal(11;2) | 1 a decimal(18;2) | =decimal(20,2) | 1 a decimal(20;2)",
        "1 a decimal(9;2) | 1 a decimal(11;2) | 1 a decimal(18;2) | =decimal(12,2) | -",
        "1 a decimal(9;2) | 1 a decimal(11;2) | 1 a decimal(18;2) | =text | -",
        "1 a int | 1 a int 'one' | 1 a int 'two' | ours   | 1 a int 'one'",
        "1 a int | 1 a int 'one' | 1 a int 'two' | base   | 1 a int",
        "1 a int | 1 a int 'one' | 1 a int 'two' | =three | 1 a int 'three'",
        "1 s {2 x int} | 1 s {2 x int 'one'} | 1 s {2 x int 'two'} | theirs | 1 s {2 x int 'two'}",
        "1 a int =7 | 1 a int =8 | 1 a int =9 | ours   | 1 a int =8",
        "1 a int =7 | 1 a int =8 | 1 a int =9 | theirs | 1 a int =9",
        "1 a int =7 | 1 a int =8 | 1 a int =9 | base   | 1 a int =7",
        "1 a int =7 | 1 a int =8 | 1 a int    | theirs | 1 a int",
        "1 a int =7 | 1 a long =8 | 1 b int =9 | theirs | 1 b long =9",
        "1 a int =7 | 1 a long =8 | 1 a int =9 | base   | 1 a long =7",
        "1 s {2 x int} | 1 s {2 x int =8} | 1 s {2 x int =9} | theirs | 1 s {2 x int =9}",
        // what rows have that were written without the column is for neither side to say
        "1 a int | 1 a int ?7 | 1 a int ?8 | ours   | -",
        "1 a int | 1 a int ?7 | 1 a int ?8 | theirs | -",
        // dropped here, changed there
        "1 a int, 2 b int | 1 a int | 1 a int, 2 c int | ours   | 1 a int",
        "1 a int, 2 b int | 1 a int | 1 a int, 2 c int | theirs | 1 a int, 2 c int",
        "1 a int, 2 b int =7 | 1 a int | 1 a int, 2 b int =8 | ours   | 1 a int",
        "1 a int, 2 b int =7 | 1 a int | 1 a int, 2 b int =8 | theirs | 1 a int, 2 b int =8",
        "1 s {2 x int, 3 y int ?7} | 1 s {2 x int} | 1 s {2 x int, 3 y int ?7 =8} | theirs"
            + " | 1 s {2 x int, 3 y int ?7 =8}",
        "1 a int, 2 s {3 x int, 4 y int} | 1 a int | 1 a int, 2 s {3 x long, 4 y int} | ours | 1 a int",
        "1 a int, 2 s {3 x int, 4 y int} | 1 a int | 1 a int, 2 s {3 x long, 4 y int, 5 z int} | theirs"
            + " | 1 a int, 2 s {3 x long, 4 y int, 5 z int}",
        // as in a revert of what widened it: files may have longer values
        "1 a int, 2 b long =7 | 1 a int | 1 a int, 2 b int =7 | theirs | 1 a int, 2 b long =7",
        "1 a int, 2 s {3 x long} | 1 a int | 1 a int, 2 s {3 x int} | theirs | 1 a int, 2 s {3 x long}",
        // each side left other columns
        "1 s {2 x int, 3 y int} | 1 s {3 y int} | 1 s {2 x int} | ours   | 1 s {3 y int}",
        "1 s {2 x int, 3 y int} | 1 t {3 y int} | 1 s {2 x int} | theirs | 1 t {2 x int}",
        "1 a int, 2 b int, 3 c int | 1 a int | 2 b int, 3 c int | theirs | 2 b int, 3 c int",
        "1 s {2 x int, 3 y int} | 1 s {3 z int} | 1 s {2 x int} | ours   | 1 s {3 z int}",
        "1 s {2 x int, 3 y int} | 1 s {3 z int} | 1 s {2 x int} | theirs | 1 s {2 x int}",
        // two columns of one name
        "1 a int | 1 a int, 2 b int | 1 a int, 3 b int | ours   | 1 a int, 2 b int",
        "1 a int | 1 a int, 2 b int | 1 a int, 3 b int | theirs | 1 a int, 3 b int",
        "1 a int | 1 a int, 2 b int | 1 a int, 3 b int | base   | -",
        "1 a int | 1 a int, 2 b int | 1 a int, 3 b int | =c     | 1 a int, 2 b int, 3 c int",
        "1 a int | 1 a int, 2 b int | 1 a int, 3 b int | =B     | -",
        "1 a int | 1 a int, 2 b int | 1 a int, 3 b int | =a     | -",
        "1 a int, 2 b int | 1 c int, 2 b int | 1 a int, 2 c int | ours   | 1 c int, 2 b int",
        "1 a int, 2 b int | 1 c int, 2 b int | 1 a int, 2 c int | theirs | 1 a int, 2 c int",
        "1 a int, 2 b int | 1 c int, 2 b int | 1 a int, 2 c int | =d     | 1 c int, 2 d int",
        "1 a int, 2 b int | 1 b int | 1 a int, 2 c int | ours   | 1 b int",
        "1 a int, 2 b int | 1 b int | 1 a int, 2 c int | theirs | 1 b int, 2 c int",
        // keys
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 1 a int!, 2 b int! #key | ours"
            + " | 1 a int! #key, 2 b int!",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 1 a int!, 2 b int! #key | theirs"
            + " | 1 a int!, 2 b int! #key",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 1 a int!, 2 b int! #key | base"
            + " | 1 a int!, 2 b int!",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 2 b int! | ours   | 1 a int! #key, 2 b int!",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 2 b int! | theirs | 2 b int!",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 1 a int, 2 b int! | ours"
            + " | 1 a int! #key, 2 b int!",
        "1 a int!, 2 b int! | 1 a int! #key, 2 b int! | 1 a int, 2 b int! | theirs"
            + " | 1 a int, 2 b int!",
      })
  void answersDecideConflicts(
      String base, String ours, String theirs, String answer, String expected) {
    Answer given =
        answer.startsWith("=")
            ? new Answer(Winner.VALUE, Optional.of(answer.substring(1)))
            : new Answer(Winner.valueOf(answer.toUpperCase(Locale.ROOT)), Optional.empty());
    ThreeWay<Schema> sides = ThreeWay.of(base, ours, theirs).map(Schemas::parse);
    Optional<Schema> merged =
        Answering.merge(
            given,
            conflicts -> SchemaMerge.merge(sides, today(sides), ColumnWrites.NONE, conflicts));

    assertThat(merged.map(Schemas::print).orElse("-"))
        .isEqualTo(expected.equals("-") ? "-" : Schemas.print(Schemas.parse(expected)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 a int | 1 a int, 2 b int | 1 a int, 3 b int | with 'ours', 'b' of theirs is dropped, with"
            + " its values; with 'theirs', 'b' of ours is dropped, with its values; a name that is"
            + " given is for 'b' of theirs",
        "1 a int, 2 d int | 1 a int, 2 b int | 1 a int, 2 d int, 3 b int | with 'ours', 'b' of theirs"
            + " is dropped, with its values; with 'theirs', 'd' of both is named 'd' again; a name"
            + " that is given is for 'b' of theirs",
      },
      quoteCharacter = '"')
  void aNameThatIsTakenSaysWhatBecomesOfTheOtherColumn(
      String base, String ours, String theirs, String expected) {
    Conflicts conflicts = new Conflicts("t", MergeVerb.MERGE);
    ThreeWay<Schema> sides = ThreeWay.of(base, ours, theirs).map(Schemas::parse);
    SchemaMerge.merge(sides, today(sides), ColumnWrites.NONE, conflicts);

    assertThat(conflicts.found().get(0).message()).endsWith(expected);
    assertThat(conflicts.found().get(0).hint()).contains("to keep both", "--prepare");
  }

  private static String merge(String base, String ours, String theirs) {
    Conflicts conflicts = new Conflicts("sales.orders", MergeVerb.MERGE);
    ThreeWay<Schema> sides = ThreeWay.of(base, ours, theirs).map(Schemas::parse);
    Schema merged = SchemaMerge.merge(sides, today(sides), ColumnWrites.NONE, conflicts);
    return shown(merged, conflicts);
  }

  private static String shown(Schema merged, Conflicts conflicts) {
    return conflicts.isEmpty()
        ? Schemas.print(merged)
        : conflicts.found().stream().map(MergeConflict::code).collect(Collectors.joining(", "));
  }

  private static FormerSchemas today(ThreeWay<Schema> sides) {
    return new FormerSchemas(sides.map(List::of));
  }

  private static String normal(String expected) {
    String text =
        expected.replace("'column", "column").replace("'key", "key").replace("'no-", "no-");
    return Character.isDigit(text.charAt(0))
        ? Schemas.print(Schemas.parse(text))
        : text.replace("'", "");
  }

  /** Where both sides placed columns ours leads, so that flipped cases compare without order. */
  private static String sorted(String columns) {
    return Arrays.stream(columns.split("[],{}\\[]+ ?")).sorted().collect(Collectors.joining(", "));
  }
}
