package dev.varve.catalog.tree;

import dev.varve.catalog.object.CanonicalReader;
import dev.varve.catalog.object.CanonicalWriter;
import dev.varve.catalog.object.ObjectKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The canonical bytes of a node, format 1.
 *
 * <pre>
 * leaf   kind=2 format=1 count { shared suffix type:1 content-id:16 value:32 }
 * inner  kind=3 format=1 level count { shared suffix child:32 count }
 * </pre>
 *
 * <p>A key is stored as the number of bytes that it shares with the one before it (as many as it
 * can), and the bytes that follow.
 */
final class NodeFormat {
  private static final int FORMAT = 1;
  private static final byte[] NO_KEY = {};

  /** For a node that was made of none. */
  static final StoredNode NO_NODE = new StoredNode(Node.EMPTY, new byte[0], new int[1]);

  /** Room to begin with for each slot. */
  private static final int USUAL_SLOT_BYTES = 80;

  private NodeFormat() {}

  static byte[] encode(Node node) {
    return encode(node, NO_NODE).bytes();
  }

  /**
   * The bytes of a node that was made of another one of its level: what precedes and what follows
   * the slots that differ is copied. The cost is that of the slots that differ, and of the copy.
   *
   * @param base any node of the same level; slots that both have must be the same objects to be
   *     recognized
   */
  static StoredNode encode(Node node, StoredNode base) {
    List<Slot> slots = node.slots();
    List<Slot> before = base.node().slots();
    int head = sameAtStart(slots, before);
    int tail = sameAtEnd(slots, before, head);
    CanonicalWriter writer = writer(node);
    int[] starts = new int[slots.size() + 1];
    copy(base, 0, head, writer, starts, 0);
    byte[] key = head == 0 ? NO_KEY : slots.get(head - 1).key().encoded();
    for (int i = head; i < slots.size() - tail; i++) {
      starts[i] = writer.length();
      key = writeKey(writer, key, slots.get(i).key());
      writeRest(writer, slots.get(i));
    }
    copy(base, before.size() - tail, before.size(), writer, starts, slots.size() - tail);
    return new StoredNode(node, writer.toBytes(), starts);
  }

  private static int sameAtStart(List<Slot> slots, List<Slot> before) {
    int most = Math.min(slots.size(), before.size());
    int same = 0;
    while (same < most && slots.get(same) == before.get(same)) {
      same++;
    }
    return same;
  }

  /** The first of the slots that are the same follows on another key, and is written anew. */
  private static int sameAtEnd(List<Slot> slots, List<Slot> before, int head) {
    int most = Math.min(slots.size(), before.size()) - head;
    int same = 0;
    while (same < most
        && slots.get(slots.size() - 1 - same) == before.get(before.size() - 1 - same)) {
      same++;
    }
    return Math.max(0, same - 1);
  }

  /**
   * Copies the slots {@code from} to {@code to} of a node, and notes where they and the next begin.
   */
  private static void copy(
      StoredNode base, int from, int to, CanonicalWriter writer, int[] starts, int first) {
    int shift = writer.length() - base.start(from);
    for (int i = from; i <= to; i++) {
      starts[first + i - from] = base.start(i) + shift;
    }
    writer.writeRaw(base.bytes(), base.start(from), base.start(to) - base.start(from));
  }

  private static void writeRest(CanonicalWriter writer, Slot slot) {
    if (slot instanceof Child child) {
      writer.writeId(child.id()).writeCount(child.count());
    } else {
      writeContent(writer, ((Entry) slot).content());
    }
  }

  private static void writeContent(CanonicalWriter writer, Content content) {
    writer
        .writeByte(content.type().tag())
        .writeLong(content.id().uuid().getMostSignificantBits())
        .writeLong(content.id().uuid().getLeastSignificantBits())
        .writeId(content.value());
  }

  static Node decode(byte[] bytes) {
    return read(bytes).node();
  }

  /** Reads a node and keeps its bytes, which nobody may change from now on. */
  static StoredNode read(byte[] bytes) {
    if (bytes.length > 0 && bytes[0] == ObjectKind.LEAF.tag()) {
      return readLeaf(bytes);
    }
    return readInner(bytes);
  }

  private static StoredNode readLeaf(byte[] bytes) {
    CanonicalReader reader = new CanonicalReader(bytes, ObjectKind.LEAF, FORMAT);
    int count = reader.readLength();
    List<Slot> slots = new ArrayList<>(count);
    int[] starts = new int[count + 1];
    byte[] before = NO_KEY;
    for (int i = 0; i < count; i++) {
      starts[i] = reader.position();
      before = readKey(reader, before);
      ContentType type = new ContentType(reader.readByte());
      ContentId id = ContentId.fromBytes(reader.readRaw(ContentId.BYTES));
      slots.add(new Entry(Key.decode(before), new Content(type, id, reader.readId())));
    }
    starts[count] = reader.position();
    reader.end();
    return new StoredNode(new Node(0, slots), bytes, starts);
  }

  private static StoredNode readInner(byte[] bytes) {
    CanonicalReader reader = new CanonicalReader(bytes, ObjectKind.INNER, FORMAT);
    int level = (int) reader.readCount();
    int count = reader.readLength();
    if (level == 0 || count == 0) {
      throw CanonicalReader.corrupt("an inner node is at level 0 or has no child");
    }
    List<Slot> slots = new ArrayList<>(count);
    int[] starts = new int[count + 1];
    byte[] before = NO_KEY;
    for (int i = 0; i < count; i++) {
      starts[i] = reader.position();
      before = readKey(reader, before);
      slots.add(new Child(Key.decode(before), reader.readId(), reader.readCount()));
    }
    starts[count] = reader.position();
    reader.end();
    return new StoredNode(new Node(level, slots), bytes, starts);
  }

  /** Begins the bytes of a node: all but its slots. */
  private static CanonicalWriter writer(Node node) {
    int room = USUAL_SLOT_BYTES * (node.slots().size() + 1);
    CanonicalWriter writer =
        node.level() == 0
            ? new CanonicalWriter(ObjectKind.LEAF, FORMAT, room)
            : new CanonicalWriter(ObjectKind.INNER, FORMAT, room).writeCount(node.level());
    return writer.writeCount(node.slots().size());
  }

  private static byte[] writeKey(CanonicalWriter writer, byte[] before, Key key) {
    byte[] encoded = key.encoded();
    int mismatch = Arrays.mismatch(before, encoded);
    int shared = mismatch < 0 ? encoded.length : mismatch;
    writer
        .writeCount(shared)
        .writeCount(encoded.length - shared)
        .writeRaw(encoded, shared, encoded.length - shared);
    return encoded;
  }

  private static byte[] readKey(CanonicalReader reader, byte[] before) {
    long shared = reader.readCount();
    byte[] suffix = reader.readBytes();
    if (shared > before.length) {
      throw CanonicalReader.corrupt("a key shares more bytes than the one before it has");
    }
    if (shared < before.length && suffix.length > 0 && suffix[0] == before[(int) shared]) {
      throw CanonicalReader.corrupt("a key shares fewer bytes than it can");
    }
    byte[] key = Arrays.copyOf(before, (int) shared + suffix.length);
    System.arraycopy(suffix, 0, key, (int) shared, suffix.length);
    if (Arrays.compareUnsigned(before, key) >= 0 || key[key.length - 1] != 0) {
      throw CanonicalReader.corrupt("the keys of a node are out of order or cut");
    }
    return key;
  }
}
