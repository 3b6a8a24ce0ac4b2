package dev.varve.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The limit: bare RocksDB, one synced batch of four small puts an operation, about what one commit
 * has to write. RocksDB groups the batches of concurrent clients into one sync by itself.
 */
final class RocksTarget implements Target {
  private static final int PUTS = 4;
  private static final int VALUE_BYTES = 300;

  private final Options options = new Options().setCreateIfMissing(true);
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final RocksDB db;

  RocksTarget(Path directory) throws RocksDBException {
    RocksDB.loadLibrary();
    db = RocksDB.open(options, directory.toString());
  }

  @Override
  public String name() {
    return "rocksdb";
  }

  @Override
  public void perform(int client, long sequence) throws RocksDBException {
    SplittableRandom random = new SplittableRandom(client * 1_000_003L + sequence);
    try (WriteBatch batch = new WriteBatch()) {
      for (int put = 0; put < PUTS; put++) {
        batch.put(bytes(random, 32), bytes(random, VALUE_BYTES));
      }
      db.write(synced, batch);
    }
  }

  /** Random bytes do not compress, as hashes and ids do not. */
  private static byte[] bytes(SplittableRandom random, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.remaining() >= Long.BYTES) {
      buffer.putLong(random.nextLong());
    }
    return buffer.array();
  }

  @Override
  public void close() {
    db.close();
    synced.close();
    options.close();
  }
}
