package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespacesTest {
  private static final NamespaceName SALES = NamespaceName.parse("sales");

  @TempDir Path directory;
  private LakeFixture lake;
  private Namespaces namespaces;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    namespaces = lake.tables().namespaces();
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void defaultIsThereFromTheStartAndStays() {
    assertThat(namespaces.exists(lake.head(MAIN), NamespaceName.DEFAULT)).isTrue();
    assertThat(namespaces.load(lake.head(MAIN), NamespaceName.DEFAULT)).isEmpty();
    assertThat(list(Optional.empty())).containsExactly("default");
    assertCode(ErrorCode.INVALID_REQUEST, () -> namespaces.drop(on(MAIN), NamespaceName.DEFAULT));
    assertCode(
        ErrorCode.NAMESPACE_EXISTS,
        () -> namespaces.create(on(MAIN), NamespaceName.DEFAULT, Map.of()));

    namespaces.update(on(MAIN), NamespaceName.DEFAULT, Map.of("k", "v"), Set.of());

    assertThat(namespaces.load(lake.head(MAIN), NamespaceName.DEFAULT)).containsEntry("k", "v");
    assertThat(list(Optional.empty())).containsExactly("default");
    lake.create("t");
  }

  @Test
  void keepsPropertiesPerBranch() {
    namespaces.create(on(MAIN), SALES, Map.of("owner", "ada"));
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("create namespace sales");
    lake.branch(EXP);

    assertThat(namespaces.update(on(EXP), SALES, Map.of("k", "v"), Set.of("owner"))).isPresent();
    assertThat(namespaces.update(on(EXP), SALES, Map.of("k", "v"), Set.of("none"))).isEmpty();

    assertThat(namespaces.load(lake.head(MAIN), SALES)).isEqualTo(Map.of("owner", "ada"));
    assertThat(namespaces.load(lake.head(EXP), SALES)).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void nestToAnyDepthAndListOneLevel() {
    for (String name : List.of("sales", "sales.eu", "sales.eu.de", "sales.us", "air")) {
      namespaces.create(on(MAIN), NamespaceName.parse(name), Map.of());
    }

    assertThat(list(Optional.empty())).containsExactly("air", "default", "sales");
    assertThat(list(Optional.of(SALES))).containsExactly("sales.eu", "sales.us");
    assertThat(
            namespaces
                .list(lake.head(MAIN), Optional.empty(), Optional.of(NamespaceName.parse("air")), 1)
                .toString())
        .isEqualTo("[default]");
    assertCode(
        ErrorCode.NAMESPACE_NOT_FOUND,
        () -> namespaces.create(on(MAIN), NamespaceName.parse("no.where"), Map.of()));
    assertCode(ErrorCode.NAMESPACE_EXISTS, () -> namespaces.create(on(MAIN), SALES, Map.of()));
  }

  @Test
  void isDroppedOnlyWhenEmpty() {
    namespaces.create(on(MAIN), SALES, Map.of());
    TableName orders = lake.create("sales.orders");
    assertCode(ErrorCode.NAMESPACE_NOT_EMPTY, () -> namespaces.drop(on(MAIN), SALES));

    lake.tables().drop(on(MAIN), orders);
    namespaces.drop(on(MAIN), SALES);

    assertThat(namespaces.exists(lake.head(MAIN), SALES)).isFalse();
    assertCode(ErrorCode.NAMESPACE_NOT_FOUND, () -> namespaces.drop(on(MAIN), SALES));
    assertCode(ErrorCode.NAMESPACE_NOT_FOUND, () -> lake.create("sales.orders"));
  }

  @Test
  void noTableIsEverLeftInANamespaceThatIsGone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 20; round++) {
        NamespaceName name = NamespaceName.parse("n" + round);
        namespaces.create(on(MAIN), name, Map.of());
        List<Callable<Boolean>> race = new ArrayList<>();
        race.add(() -> worked(() -> lake.create(name + ".t")));
        race.add(() -> worked(() -> namespaces.drop(on(MAIN), name)));
        List<Future<Boolean>> results = threads.invokeAll(race);

        boolean created = results.get(0).get();
        boolean dropped = results.get(1).get();
        assertThat(created).isNotEqualTo(dropped);
        assertThat(namespaces.exists(lake.head(MAIN), name)).isEqualTo(created);
      }
    } finally {
      threads.shutdown();
    }
  }

  private static boolean worked(Runnable action) {
    try {
      action.run();
      return true;
    } catch (RuntimeException e) {
      ErrorCode code = TableErrors.toVarve(e).code();
      assertThat(code)
          .isIn(
              ErrorCode.NAMESPACE_NOT_FOUND,
              ErrorCode.NAMESPACE_NOT_EMPTY,
              ErrorCode.COMMIT_CONFLICT);
      return false;
    }
  }

  private List<String> list(Optional<NamespaceName> parent) {
    return namespaces.list(lake.head(MAIN), parent, Optional.empty(), 100).stream()
        .map(NamespaceName::toString)
        .toList();
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(VarveException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
