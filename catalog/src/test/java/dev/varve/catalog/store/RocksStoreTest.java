package dev.varve.catalog.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Store.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksStoreTest extends StoreContract {
  @TempDir Path directory;

  @Override
  Store open() {
    return new RocksStore(directory.resolve("store"));
  }

  @Test
  void whatWasWrittenIsThereAfterReopening() {
    Path path = directory.resolve("other");
    try (Store store = new RocksStore(path)) {
      store.write(List.of(new Change(Space.TAGS, bytes("a"), Optional.of(bytes("1")))));
    }
    try (Store store = new RocksStore(path)) {
      assertThat(store.get(Space.TAGS, bytes("a"))).isPresent();
    }
  }

  @Test
  void aSecondOpeningNamesTheDirectory() {
    Path path = directory.resolve("store");
    assertThatThrownBy(() -> new RocksStore(path))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STORE_LOCKED);
              assertThat(e).hasMessageContaining("'" + path + "'");
              assertThat(e.hint()).isPresent();
            });
  }

  @Test
  void aStoreWithSpacesOfANewerVersionIsRefusedAsSuch() throws RocksDBException {
    Path path = directory.resolve("newer");
    new RocksStore(path).close();
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY));
    families.add(new ColumnFamilyDescriptor(bytes("from-the-future")));
    for (Space space : Space.values()) {
      families.add(new ColumnFamilyDescriptor(bytes(space.text())));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions().setCreateMissingColumnFamilies(true);
        RocksDB db = RocksDB.open(options, path.toString(), families, handles)) {
      assertThat(db.isClosed()).isFalse();
      handles.forEach(ColumnFamilyHandle::close);
    }
    assertThatThrownBy(() -> new RocksStore(path))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FORMAT));
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> new RocksStore(file.resolve("store")))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aClosedStoreRefusesAndDoesNotCrash() {
    RocksStore store = new RocksStore(directory.resolve("closed"));
    store.close();
    store.close();
    assertThatThrownBy(() -> store.get(Space.META, bytes("a"))).isInstanceOf(VarveException.class);
    assertThatThrownBy(() -> store.write(List.of())).isInstanceOf(VarveException.class);
  }
}
