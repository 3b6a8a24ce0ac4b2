package dev.varve.engine.archive;

import com.github.luben.zstd.Zstd;
import dev.varve.catalog.RepositoryParts;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.tree.ContentId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Writes an archive as its parts come. For use by one thread. */
final class ArchiveWriter implements RepositoryParts {
  private static final int LEVEL = 3;

  private final DigestOutputStream out;
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private final DataOutputStream records = new DataOutputStream(block);
  private int kind = ArchiveFormat.HEADER;
  private long objects;
  private long refs;
  private long entries;
  private long counters;
  private long files;

  ArchiveWriter(OutputStream out, ArchiveHeader header) throws IOException {
    this.out = new DigestOutputStream(out, sha256());
    this.out.write(ArchiveFormat.MAGIC);
    this.out.write(ByteBuffer.allocate(Integer.BYTES).putInt(ArchiveFormat.VERSION).array());
    text(header.repository());
    text(header.warehouse());
    records.writeBoolean(header.withFiles());
    flush();
  }

  /** What was written so far. */
  ArchiveCounts counts() {
    return new ArchiveCounts(objects, refs, entries, counters, files);
  }

  @Override
  public void object(byte[] canonicalBytes) {
    write(
        ArchiveFormat.OBJECTS,
        () -> {
          records.writeInt(canonicalBytes.length);
          records.write(canonicalBytes);
          objects++;
        });
  }

  @Override
  public void ref(RefKind refKind, RefName name, ObjectId commit) {
    write(
        ArchiveFormat.REFS,
        () -> {
          records.writeByte(refKind == RefKind.BRANCH ? 0 : 1);
          text(name.text());
          records.write(commit.bytes());
          refs++;
        });
  }

  @Override
  public void reflogEntry(RefName name, ReflogEntry entry) {
    write(
        ArchiveFormat.REFLOG,
        () -> {
          text(name.text());
          id(entry.before());
          id(entry.after());
          records.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, entry.when()));
          text(entry.who());
          text(entry.why());
          entries++;
        });
  }

  @Override
  public void counter(ContentId id, String name, long value) {
    write(
        ArchiveFormat.COUNTERS,
        () -> {
          records.write(id.bytes());
          text(name);
          records.writeLong(value);
          counters++;
        });
  }

  /** Writes a file. */
  void file(String path, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      begin(ArchiveFormat.FILE);
      text(path);
      records.writeLong(Files.size(file));
      flush();
      byte[] part = in.readNBytes(ArchiveFormat.BLOCK_BYTES);
      while (part.length > 0) {
        begin(ArchiveFormat.DATA);
        records.write(part);
        flush();
        part = in.readNBytes(ArchiveFormat.BLOCK_BYTES);
      }
      files++;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot archive '" + file + "'", e);
    }
  }

  /** Writes the last block; without it an archive is not one. */
  void end() throws IOException {
    flush();
    byte[] hash = out.getMessageDigest().digest();
    begin(ArchiveFormat.END);
    for (long count : new long[] {objects, refs, entries, counters, files}) {
      records.writeLong(count);
    }
    records.write(hash);
    flush();
    out.flush();
  }

  private void write(int recordKind, Writing writing) {
    try {
      begin(recordKind);
      writing.write();
      if (block.size() >= ArchiveFormat.BLOCK_BYTES) {
        flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the archive", e);
    }
  }

  private void begin(int recordKind) throws IOException {
    if (kind != recordKind) {
      flush();
      kind = recordKind;
    }
  }

  private void flush() throws IOException {
    if (block.size() == 0) {
      return;
    }
    byte[] raw = block.toByteArray();
    byte[] stored = Zstd.compress(raw, LEVEL);
    ByteBuffer head = ByteBuffer.allocate(1 + 3 * Integer.BYTES);
    head.put((byte) kind).putInt(raw.length).putInt(stored.length);
    CRC32C crc = new CRC32C();
    crc.update(head.array(), 0, head.position());
    crc.update(stored);
    head.putInt((int) crc.getValue());
    out.write(head.array());
    out.write(stored);
    block.reset();
  }

  private void text(String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    records.writeInt(utf8.length);
    records.write(utf8);
  }

  private void id(Optional<ObjectId> id) throws IOException {
    records.writeBoolean(id.isPresent());
    if (id.isPresent()) {
      records.write(id.get().bytes());
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Writes one record. */
  private interface Writing {
    void write() throws IOException;
  }
}
