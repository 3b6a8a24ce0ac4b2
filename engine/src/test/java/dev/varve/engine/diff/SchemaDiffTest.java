package dev.varve.engine.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.diff.SchemaChange.Added;
import dev.varve.engine.diff.SchemaChange.Documented;
import dev.varve.engine.diff.SchemaChange.Dropped;
import dev.varve.engine.diff.SchemaChange.Moved;
import dev.varve.engine.diff.SchemaChange.Renamed;
import dev.varve.engine.diff.SchemaChange.Required;
import dev.varve.engine.diff.SchemaChange.Retyped;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemaDiffTest {
  @Test
  void equalSchemasHaveNoChanges() {
    assertThat(diff("1 a int!, 2 b {3 c string}", "1 a int!, 2 b {3 c string}")).isEmpty();
  }

  @Test
  void columnsAreFollowedByTheirIds() {
    assertThat(diff("1 a int, 2 b int", "1 c long, 3 b int!"))
        .containsExactly(
            new Dropped(2, "b", "int"),
            new Renamed(1, "a", "c"),
            new Retyped(1, "c", "int", "long"),
            new Added(3, "b", "int", true, Optional.empty()));
  }

  @Test
  void nestedColumnsHaveFullPaths() {
    assertThat(
            diff(
                "1 at {2 x int!, 3 y int}, 4 tags [5 int]",
                "1 at {2 x int, 6 z int}, 4 tags [5 long]"))
        .containsExactly(
            new Dropped(3, "at.y", "int"),
            new Required(2, "at.x", false),
            new Added(6, "at.z", "int", false, Optional.empty()),
            new Retyped(5, "tags.element", "int", "long"));
  }

  @Test
  void whatADroppedOrAddedColumnHeldIsNotListedAgain() {
    assertThat(diff("1 a int, 2 at {3 x int}", "1 a int")).hasSize(1);
    assertThat(diff("1 a int", "1 a int, 2 at {3 x int}")).hasSize(1);
  }

  @Test
  void onlyTheColumnThatMovedIsListedAsMoved() {
    assertThat(diff("1 a int, 2 b int, 3 c int", "3 c int, 1 a int, 2 b int"))
        .containsExactly(new Moved(3, "c", Optional.empty()));
    assertThat(diff("1 a int, 2 b int, 3 c int", "2 b int, 1 a int, 3 c int, 4 d int"))
        .hasSize(2)
        .anyMatch(change -> change instanceof Moved);
  }

  @Test
  void documentationIsCompared() {
    assertThat(diff("1 a int 'old'", "1 a int"))
        .containsExactly(new Documented(1, "a", Optional.of("old"), Optional.empty()));
  }

  private static List<SchemaChange> diff(String before, String after) {
    return SchemaDiff.between(Schemas.parse(before), Schemas.parse(after));
  }
}
