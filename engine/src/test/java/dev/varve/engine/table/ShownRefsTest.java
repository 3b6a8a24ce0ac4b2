package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.ref.RefName;
import java.nio.file.Path;
import org.apache.iceberg.TableMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShownRefsTest {
  private static final int BRANCHES = 40;

  @TempDir Path directory;

  /** Each branch's metadata is read while the table that shows them all is made. */
  @Test
  void branchesShowInATableThatNothingIsKnownOfYet() {
    TableMetadata shown;
    try (LakeFixture lake = new LakeFixture(directory)) {
      TableName table = lake.create("t");
      for (int i = 0; i < BRANCHES; i++) {
        RefName branch = RefName.parse("b" + i);
        lake.branch(branch);
        lake.append(branch, table, i);
      }
      try (LakeFixture again = lake.reopen()) {
        LoadedTable loaded = again.tables().loadHead(MAIN, table);
        shown = again.tables().served(loaded, RefChoice.first(BRANCHES)).metadata();
      }
    }
    assertThat(shown.refs()).hasSize(BRANCHES);
  }
}
