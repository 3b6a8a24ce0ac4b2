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

  /** Room to begin with for each slot. */
  private static final int USUAL_SLOT_BYTES = 80;

  private NodeFormat() {}

  static byte[] encode(Node node) {
    return node.level() == 0 ? encodeLeaf(node) : encodeInner(node);
  }

  static Node decode(byte[] bytes) {
    if (bytes.length > 0 && bytes[0] == ObjectKind.LEAF.tag()) {
      return decodeLeaf(new CanonicalReader(bytes, ObjectKind.LEAF, FORMAT));
    }
    return decodeInner(new CanonicalReader(bytes, ObjectKind.INNER, FORMAT));
  }

  private static byte[] encodeLeaf(Node node) {
    CanonicalWriter writer = writer(ObjectKind.LEAF, node);
    writer.writeCount(node.slots().size());
    byte[] before = NO_KEY;
    for (Slot slot : node.slots()) {
      Content content = ((Entry) slot).content();
      before = writeKey(writer, before, slot.key());
      writer
          .writeByte(content.type().tag())
          .writeLong(content.id().uuid().getMostSignificantBits())
          .writeLong(content.id().uuid().getLeastSignificantBits())
          .writeId(content.value());
    }
    return writer.toBytes();
  }

  private static Node decodeLeaf(CanonicalReader reader) {
    int count = reader.readLength();
    List<Slot> slots = new ArrayList<>(count);
    byte[] before = NO_KEY;
    for (int i = 0; i < count; i++) {
      before = readKey(reader, before);
      ContentType type = new ContentType(reader.readByte());
      ContentId id = ContentId.fromBytes(reader.readRaw(ContentId.BYTES));
      slots.add(new Entry(Key.decode(before), new Content(type, id, reader.readId())));
    }
    reader.end();
    return new Node(0, slots);
  }

  private static byte[] encodeInner(Node node) {
    CanonicalWriter writer = writer(ObjectKind.INNER, node);
    writer.writeCount(node.level()).writeCount(node.slots().size());
    byte[] before = NO_KEY;
    for (Slot slot : node.slots()) {
      Child child = (Child) slot;
      before = writeKey(writer, before, child.key());
      writer.writeId(child.id()).writeCount(child.count());
    }
    return writer.toBytes();
  }

  private static Node decodeInner(CanonicalReader reader) {
    int level = (int) reader.readCount();
    int count = reader.readLength();
    if (level == 0 || count == 0) {
      throw CanonicalReader.corrupt("an inner node is at level 0 or has no child");
    }
    List<Slot> slots = new ArrayList<>(count);
    byte[] before = NO_KEY;
    for (int i = 0; i < count; i++) {
      before = readKey(reader, before);
      slots.add(new Child(Key.decode(before), reader.readId(), reader.readCount()));
    }
    reader.end();
    return new Node(level, slots);
  }

  private static CanonicalWriter writer(ObjectKind kind, Node node) {
    return new CanonicalWriter(kind, FORMAT, USUAL_SLOT_BYTES * (node.slots().size() + 1));
  }

  private static byte[] writeKey(CanonicalWriter writer, byte[] before, Key key) {
    byte[] encoded = key.encoded();
    int mismatch = Arrays.mismatch(before, encoded);
    int shared = mismatch < 0 ? encoded.length : mismatch;
    writer.writeCount(shared).writeCount(encoded.length - shared).writeRaw(encoded, shared);
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
