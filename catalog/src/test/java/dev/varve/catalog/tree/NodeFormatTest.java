package dev.varve.catalog.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.object.CanonicalWriter;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import dev.varve.testing.Damage;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of nodes never change: stores on other machines hold them. */
class NodeFormatTest {
  private static final Content TABLE =
      new Content(
          ContentType.ICEBERG_TABLE,
          new ContentId(new UUID(0x0011223344556677L, 0x8899aabbccddeeffL)),
          ObjectId.of(new byte[] {1}));
  private static final Node LEAF =
      new Node(
          0,
          List.of(
              new Entry(Key.of("sales", "items"), TABLE),
              new Entry(Key.of("sales", "orders"), TABLE)));
  private static final Node INNER =
      new Node(
          1,
          List.of(
              new Child(Key.of("sales", "items"), ObjectId.of(new byte[] {2}), 300),
              new Child(Key.of("sales", "örders"), ObjectId.of(new byte[] {3}), 1)));

  private static final String VALUE_ID =
      "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a";
  private static final String LEAF_BYTES =
      "0201"
          + "02"
          + "00"
          + "0c"
          + "73616c6573006974656d7300"
          + "02"
          + "00112233445566778899aabbccddeeff"
          + VALUE_ID
          + "06"
          + "07"
          + "6f726465727300"
          + "02"
          + "00112233445566778899aabbccddeeff"
          + VALUE_ID;
  private static final String INNER_BYTES =
      "0301"
          + "01"
          + "02"
          + "00"
          + "0c"
          + "73616c6573006974656d7300"
          + "dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986"
          + "ac02"
          + "06"
          + "08"
          + "c3b6726465727300"
          + "084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5"
          + "01";

  @Test
  void aLeafHasTheseBytes() {
    assertThat(hex(NodeFormat.encode(LEAF))).isEqualTo(LEAF_BYTES);
    assertThat(NodeFormat.decode(bytes(LEAF_BYTES))).isEqualTo(LEAF);
  }

  @Test
  void anInnerNodeHasTheseBytes() {
    assertThat(hex(NodeFormat.encode(INNER))).isEqualTo(INNER_BYTES);
    assertThat(NodeFormat.decode(bytes(INNER_BYTES))).isEqualTo(INNER);
  }

  @Test
  void theEmptyMapHasThisId() {
    assertThat(hex(NodeFormat.encode(Node.EMPTY))).isEqualTo("020100");
    assertThat(ObjectId.of(NodeFormat.encode(Node.EMPTY)).abbreviate()).isEqualTo("27c48162");
  }

  @Test
  void aMapOfAThousandKeysHasThisId() {
    CountingObjects objects = new CountingObjects();
    Tree tree = Tree.empty(objects.uncached(), objects);
    for (int i = 0; i < 1000; i++) {
      tree = tree.edit(List.of(TreeEdit.put(Edits.key(i), Edits.content(i))), objects);
    }
    assertThat(tree.id().abbreviate()).isEqualTo("0ecf5f16");
  }

  /**
   * Each round edits what the one before made, so that what is kept with the bytes is tried too.
   */
  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void anEditedNodeHasTheBytesOfOneThatIsWrittenAnew(long seed) {
    Random random = new Random(seed);
    boolean leaf = random.nextBoolean();
    StoredNode stored = NodeFormat.NO_NODE;
    TreeMap<Key, Slot> slots = new TreeMap<>();
    for (int round = 0; round < 60; round++) {
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        Key key = Edits.key(random.nextInt(200));
        if (slots.size() > 1 && random.nextInt(3) == 0) {
          slots.remove(slots.ceilingKey(key) == null ? slots.lastKey() : slots.ceilingKey(key));
        } else {
          Content content = Edits.content(random.nextInt());
          slots.put(
              key,
              leaf ? new Entry(key, content) : new Child(key, content.value(), random.nextInt(9)));
        }
      }
      Node node = new Node(leaf ? 0 : 3, List.copyOf(slots.values()));
      stored = NodeFormat.encode(node, random.nextInt(9) == 0 ? NodeFormat.NO_NODE : stored);
      assertThat(hex(stored.bytes())).isEqualTo(hex(NodeFormat.encode(node)));
      if (random.nextInt(5) == 0) {
        stored = NodeFormat.read(stored.bytes());
        assertThat(stored.node()).isEqualTo(node);
        slots.clear();
        stored.node().slots().forEach(slot -> slots.put(slot.key(), slot));
      }
    }
  }

  @Test
  void anyDamageIsSeen() {
    Damage.isAlwaysSeen(
        NodeFormat.encode(LEAF), bytes -> NodeFormat.encode(NodeFormat.decode(bytes)));
    Damage.isAlwaysSeen(
        NodeFormat.encode(INNER), bytes -> NodeFormat.encode(NodeFormat.decode(bytes)));
  }

  @Test
  void aKeyThatSharesFewerBytesThanItCanIsRefused() {
    CanonicalWriter writer = new CanonicalWriter(ObjectKind.LEAF, 1).writeCount(2);
    for (String key : List.of("a\0", "ab\0")) {
      writer
          .writeCount(0)
          .writeString(key)
          .writeByte(TABLE.type().tag())
          .writeRaw(TABLE.id().bytes())
          .writeId(TABLE.value());
    }
    assertThat(Damage.codeOf(() -> NodeFormat.decode(writer.toBytes())))
        .isEqualTo(ErrorCode.OBJECT_CORRUPT);
  }

  @Test
  void aFutureFormatIsRefusedAsSuch() {
    byte[] future = NodeFormat.encode(LEAF);
    future[1] = 2;
    assertThat(Damage.codeOf(() -> NodeFormat.decode(future))).isEqualTo(ErrorCode.STORE_FORMAT);
  }

  @Test
  void typesOfTheFutureAreCarriedAlong() {
    Content future = new Content(new ContentType((byte) 99), TABLE.id(), TABLE.value());
    Node node = new Node(0, List.of(new Entry(Key.of("a"), future)));
    assertThat(NodeFormat.decode(NodeFormat.encode(node))).isEqualTo(node);
    assertThat(future.type()).hasToString("type-99");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
