package dev.varve.engine.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.varve.catalog.RepositoryParts;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.tree.ContentId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads an archive and hands out its parts. For use by one thread, once. */
final class ArchiveReader {
  private static final int HEAD_BYTES = 1 + 3 * Integer.BYTES;

  private final InputStream in;
  private final MessageDigest sha256 = ArchiveWriter.sha256();
  private final ArchiveHeader header;
  private long objects;
  private long refs;
  private long entries;
  private long counters;
  private long files;

  /**
   * Reads the header.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_DATA} if it is no archive, or {@link
   *     ErrorCode#STORE_FORMAT} if a newer version wrote it
   */
  ArchiveReader(InputStream in) throws IOException {
    this.in = in;
    byte[] magic = in.readNBytes(ArchiveFormat.MAGIC.length);
    if (!Arrays.equals(magic, ArchiveFormat.MAGIC)) {
      throw new VarveException(
          ErrorCode.INVALID_DATA,
          "this is no archive of a repository",
          "'varve export' makes one; nothing was imported");
    }
    byte[] version = in.readNBytes(Integer.BYTES);
    if (version.length < Integer.BYTES) {
      throw ArchiveFormat.damaged("it ends within its header");
    }
    int number = ByteBuffer.wrap(version).getInt();
    if (number != ArchiveFormat.VERSION) {
      throw new VarveException(
          ErrorCode.STORE_FORMAT,
          "the archive has version %d, and this server knows version %d"
              .formatted(number, ArchiveFormat.VERSION),
          "it was written by another version of Varve; update the server");
    }
    sha256.update(magic);
    sha256.update(version);
    Block first = next();
    if (first.kind != ArchiveFormat.HEADER) {
      throw ArchiveFormat.damaged("it does not begin with its header");
    }
    this.header =
        new ArchiveHeader(text(first.records), text(first.records), first.records.get() != 0);
  }

  ArchiveHeader header() {
    return header;
  }

  /** Takes the files of an archive. */
  interface Files {
    /** A file begins. */
    void begin(String path, long length) throws IOException;

    /** The next bytes of it. */
    void data(ByteBuffer bytes) throws IOException;
  }

  /** Hands out everything, and returns when the archive has ended as it should. */
  ArchiveCounts read(RepositoryParts parts, Files target) throws IOException {
    while (true) {
      byte[] before = digest();
      Block block = next();
      try {
        if (block.kind == ArchiveFormat.END) {
          return end(block.records, before);
        }
        take(block, parts, target);
      } catch (BufferUnderflowException | IllegalArgumentException e) {
        throw ArchiveFormat.damaged("a record is cut or cannot be: " + e);
      }
    }
  }

  private void take(Block block, RepositoryParts parts, Files target) throws IOException {
    ByteBuffer records = block.records;
    switch (block.kind) {
      case ArchiveFormat.FILE -> {
        target.begin(text(records), records.getLong());
        files++;
      }
      case ArchiveFormat.DATA -> target.data(records);
      case ArchiveFormat.OBJECTS,
          ArchiveFormat.REFS,
          ArchiveFormat.REFLOG,
          ArchiveFormat.COUNTERS -> {
        while (records.hasRemaining()) {
          take(block.kind, records, parts);
        }
      }
      default -> throw ArchiveFormat.damaged("it holds a block of kind " + block.kind);
    }
  }

  private void take(int kind, ByteBuffer records, RepositoryParts parts) {
    switch (kind) {
      case ArchiveFormat.OBJECTS -> {
        parts.object(bytes(records, records.getInt()));
        objects++;
      }
      case ArchiveFormat.REFS -> {
        RefKind refKind = records.get() == 0 ? RefKind.BRANCH : RefKind.TAG;
        parts.ref(refKind, RefName.parse(text(records)), id(records));
        refs++;
      }
      case ArchiveFormat.REFLOG -> {
        RefName name = RefName.parse(text(records));
        Optional<ObjectId> before = optional(records);
        Optional<ObjectId> after = optional(records);
        Instant when = Instant.EPOCH.plus(records.getLong(), ChronoUnit.MICROS);
        parts.reflogEntry(
            name, new ReflogEntry(0, before, after, text(records), when, text(records)));
        entries++;
      }
      default -> {
        ContentId id = ContentId.fromBytes(bytes(records, ContentId.BYTES));
        parts.counter(id, text(records), records.getLong());
        counters++;
      }
    }
  }

  private ArchiveCounts end(ByteBuffer records, byte[] found) throws IOException {
    ArchiveCounts read = new ArchiveCounts(objects, refs, entries, counters, files);
    ArchiveCounts said =
        new ArchiveCounts(
            records.getLong(),
            records.getLong(),
            records.getLong(),
            records.getLong(),
            records.getLong());
    if (!read.equals(said)) {
      throw ArchiveFormat.damaged("it holds %s and should hold %s".formatted(read, said));
    }
    if (!Arrays.equals(bytes(records, found.length), found)) {
      throw ArchiveFormat.damaged("its bytes have another hash");
    }
    if (in.read() >= 0) {
      throw ArchiveFormat.damaged("more follows its end");
    }
    return read;
  }

  private Block next() throws IOException {
    byte[] head = in.readNBytes(HEAD_BYTES);
    if (head.length < HEAD_BYTES) {
      throw ArchiveFormat.damaged("it was cut");
    }
    ByteBuffer fields = ByteBuffer.wrap(head);
    int kind = fields.get();
    int raw = fields.getInt();
    int size = fields.getInt();
    if (raw < 0
        || size < 0
        || raw > ArchiveFormat.MOST_BLOCK_BYTES
        || size > ArchiveFormat.MOST_BLOCK_BYTES) {
      throw ArchiveFormat.damaged("a block has an impossible length");
    }
    byte[] stored = in.readNBytes(size);
    if (stored.length < size) {
      throw ArchiveFormat.damaged("it was cut");
    }
    CRC32C crc = new CRC32C();
    crc.update(head, 0, HEAD_BYTES - Integer.BYTES);
    crc.update(stored);
    if ((int) crc.getValue() != fields.getInt()) {
      throw ArchiveFormat.damaged("a block has another checksum");
    }
    sha256.update(head);
    sha256.update(stored);
    try {
      byte[] bytes = Zstd.decompress(stored, raw);
      if (bytes.length != raw) {
        throw ArchiveFormat.damaged("a block has another length");
      }
      return new Block(kind, ByteBuffer.wrap(bytes));
    } catch (ZstdException e) {
      throw ArchiveFormat.damaged("a block cannot be unpacked: " + e.getMessage());
    }
  }

  /** The hash of what was read so far. */
  private byte[] digest() {
    try {
      return ((MessageDigest) sha256.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own SHA-256 can be cloned", e);
    }
  }

  private static Optional<ObjectId> optional(ByteBuffer records) {
    return records.get() == 0 ? Optional.empty() : Optional.of(id(records));
  }

  private static ObjectId id(ByteBuffer records) {
    return ObjectId.fromBytes(bytes(records, ObjectId.BYTES));
  }

  private static String text(ByteBuffer records) {
    return new String(bytes(records, records.getInt()), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer records, int length) {
    if (length < 0 || length > records.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    records.get(bytes);
    return bytes;
  }

  private record Block(int kind, ByteBuffer records) {}
}
