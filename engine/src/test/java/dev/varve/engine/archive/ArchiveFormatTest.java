package dev.varve.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.RepositoryParts;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.tree.ContentId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of version 1: an archive that was written once is read for ever. */
class ArchiveFormatTest {
  private static final ObjectId ONE = ObjectId.parse("01".repeat(32));
  private static final String GOLDEN =
      "564152564541524300000001010000000f00000018facbd39928b52ffd200f790000000000046c61"
          + "6b65000000022f77010200000007000000102d89d83328b52ffd2007390000000000030401610600"
          + "00001f00000028c4fe388d28b52ffd201ff90000000000136c616b652f646174612f662e70617271"
          + "756574000000000000000307000000030000000cc4c45d5e28b52ffd200319000061626303000000"
          + "500000002256a0466628b52ffd2050cd00008800000000046d61696e01000000027631010200a031"
          + "384002040000003f0000002ecbf3de4f28b52ffd203f2d0100f8000000046d61696e000100065f2b"
          + "b5e240010000000341646100000002c3a90100384002050000002000000025b8bf097128b52ffd20"
          + "20e50000a8000001000200000004726f77730000000000000005020060f005b07f00000048000000"
          + "3e6df82bff28b52ffd2048ad0100740200000100020001ed711e2a408f40abfb1547ea3b8fc5a430"
          + "f9a1c144d0c2195445749fbb63581b050080c84c02c0c060f005b0";

  private static final List<String> PARTS =
      List.of(
          "object 040161",
          "file lake/data/f.parquet 3",
          "data 616263",
          "ref BRANCH main 01010101",
          "ref TAG v1 01010101",
          "entry main Optional.empty Optional[" + ONE + "] Ada 2026-11-01T00:00:00.000001Z é",
          "counter 00000000-0000-0001-0000-000000000002 rows 5");

  @TempDir private Path directory;

  @Test
  void theGoldenArchiveIsRead() throws IOException {
    assertThat(read(HexFormat.of().parseHex(GOLDEN))).isEqualTo(PARTS);
  }

  @Test
  void whatIsWrittenIsReadAsTheSameParts() throws IOException {
    byte[] archive = write();
    assertThat(new String(archive, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("VARVEARC");
    assertThat(ByteBuffer.wrap(archive).getInt(8)).isEqualTo(1);
    assertThat(kinds(archive)).containsExactly(1, 2, 6, 7, 3, 4, 5, 127);
    assertThat(read(archive)).as(HexFormat.of().formatHex(archive)).isEqualTo(PARTS);
  }

  private byte[] write() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArchiveWriter writer = new ArchiveWriter(out, new ArchiveHeader("lake", "/w", true));
    writer.object(new byte[] {4, 1, 'a'});
    writer.file("lake/data/f.parquet", Files.writeString(directory.resolve("f"), "abc"));
    writer.ref(RefKind.BRANCH, RefName.MAIN, ONE);
    writer.ref(RefKind.TAG, RefName.parse("v1"), ONE);
    writer.reflogEntry(
        RefName.MAIN,
        new ReflogEntry(
            0,
            Optional.empty(),
            Optional.of(ONE),
            "Ada",
            Instant.parse("2026-11-01T00:00:00.000001Z"),
            "é"));
    writer.counter(new ContentId(new UUID(1, 2)), "rows", 5);
    writer.end();
    return out.toByteArray();
  }

  private static List<Integer> kinds(byte[] archive) {
    List<Integer> kinds = new ArrayList<>();
    for (int at = 12; at < archive.length; ) {
      kinds.add((int) archive[at]);
      at += 13 + ByteBuffer.wrap(archive).getInt(at + 5);
    }
    return kinds;
  }

  private static List<String> read(byte[] archive) throws IOException {
    ArchiveReader reader = new ArchiveReader(new ByteArrayInputStream(archive));
    assertThat(reader.header()).isEqualTo(new ArchiveHeader("lake", "/w", true));
    List<String> parts = new ArrayList<>();
    ArchiveCounts counts = reader.read(new Written(parts), new WrittenFiles(parts));
    assertThat(counts).isEqualTo(new ArchiveCounts(1, 2, 1, 1, 1));
    return parts;
  }

  private record Written(List<String> parts) implements RepositoryParts {
    @Override
    public void object(byte[] canonicalBytes) {
      parts.add("object " + HexFormat.of().formatHex(canonicalBytes));
    }

    @Override
    public void ref(RefKind kind, RefName name, ObjectId commit) {
      parts.add("ref " + kind + " " + name + " " + commit.abbreviate());
    }

    @Override
    public void reflogEntry(RefName name, ReflogEntry entry) {
      parts.add(
          "entry %s %s %s %s %s %s"
              .formatted(
                  name, entry.before(), entry.after(), entry.who(), entry.when(), entry.why()));
    }

    @Override
    public void counter(ContentId id, String name, long value) {
      parts.add("counter " + id + " " + name + " " + value);
    }
  }

  private record WrittenFiles(List<String> parts) implements ArchiveReader.Files {
    @Override
    public void begin(String path, long length) {
      parts.add("file " + path + " " + length);
    }

    @Override
    public void data(ByteBuffer bytes) {
      byte[] read = new byte[bytes.remaining()];
      bytes.get(read);
      parts.add("data " + HexFormat.of().formatHex(read));
    }
  }
}
