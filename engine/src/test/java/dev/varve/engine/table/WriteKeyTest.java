package dev.varve.engine.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteKeyTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path directory;
  private LakeFixture lake;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void aWriteIsKnownByItsKeyAfterARestartAndTakesPlaceOnce() {
    WriteKey key = new WriteKey(madeAt(NOON), 7);
    createNamespace("a", key);
    lake = lake.reopen();

    assertThat(lake.tables().requestOf(key.id())).hasValue(7);
    assertThatThrownBy(() -> createNamespace("b", key))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> assertThat(e.code().category()).isEqualTo(ErrorCategory.CONFLICT));
    assertThat(lake.headCommit(LakeFixture.MAIN).message()).isEqualTo("create namespace a");
  }

  @Test
  void aWriteThatFailsLeavesItsKeyFree() {
    WriteKey key = new WriteKey(madeAt(NOON), 7);
    createNamespace("a", new WriteKey(madeAt(NOON), 1));

    assertThatThrownBy(() -> createNamespace("a", key)).isInstanceOf(VarveException.class);

    assertThat(lake.tables().requestOf(key.id())).isEmpty();
  }

  @Test
  void oldKeysAreForgottenAndNothingElse() {
    WriteKey old = new WriteKey(madeAt(NOON.minusSeconds(1)), 1);
    WriteKey older = new WriteKey(madeAt(NOON.minusSeconds(2)), 2);
    WriteKey young = new WriteKey(madeAt(NOON), 3);
    createNamespace("a", old);
    createNamespace("b", young);
    createNamespace("c", older);
    TableName table = lake.create("t");
    Map<UUID, Long> columns = columnMark(table);

    assertThat(lake.tables().forgetKeys(NOON, 1)).isEqualTo(1);
    assertThat(lake.tables().forgetKeys(NOON, 10)).isEqualTo(1);
    assertThat(lake.tables().forgetKeys(NOON, 10)).isZero();

    assertThat(lake.tables().requestOf(old.id())).isEmpty();
    assertThat(lake.tables().requestOf(older.id())).isEmpty();
    assertThat(lake.tables().requestOf(young.id())).hasValue(3);
    assertThat(columnMark(table)).isEqualTo(columns);
  }

  private Map<UUID, Long> columnMark(TableName table) {
    var id = lake.find(LakeFixture.MAIN, table).orElseThrow().content().id();
    return Map.of(id.uuid(), lake.repository().counter(id, "last-column-id"));
  }

  private void createNamespace(String name, WriteKey key) {
    lake.tables()
        .namespaces()
        .create(
            LakeFixture.on(LakeFixture.MAIN).withKey(Optional.of(key)),
            NamespaceName.parse(name),
            Map.of());
  }

  /** A UUID of version 7 with another random part each time. */
  private static UUID madeAt(Instant time) {
    UUID random = UUID.randomUUID();
    long millis = time.toEpochMilli() << 16;
    return new UUID(
        millis | 0x7000 | (random.getMostSignificantBits() & 0xFFF),
        random.getLeastSignificantBits());
  }
}
