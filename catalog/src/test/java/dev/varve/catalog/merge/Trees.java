package dev.varve.catalog.merge;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.NodeCache;
import dev.varve.catalog.tree.Nodes;
import dev.varve.catalog.tree.Tree;
import dev.varve.catalog.tree.TreeEdit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Trees written as text, such as {@code sales.orders=x1 sales=#n1}: a key, the letter of a content
 * and its value; {@code #} makes it a namespace.
 */
final class Trees {
  private final Map<ObjectId, byte[]> objects = new HashMap<>();
  private final Nodes nodes = new Nodes(objects::get, new NodeCache(1 << 20));

  Side side(String text) {
    List<TreeEdit> edits = new ArrayList<>();
    for (String entry : text.isBlank() ? new String[0] : text.strip().split("\\s+")) {
      String[] parts = entry.split("=", 2);
      edits.add(TreeEdit.put(Key.of(parts[0].split("\\.")), content(parts[1])));
    }
    Tree tree = Tree.empty(nodes, objects::put).edit(edits, objects::put);
    return new Side(ObjectId.of(text.getBytes(StandardCharsets.UTF_8)), tree, this::value);
  }

  /** Our tree as a merge leaves it, as text. */
  String apply(Side ours, KeyMerge merge) {
    objects.putAll(merge.objects());
    return text(ours.tree().edit(merge.edits(), objects::put));
  }

  /** The id of the table that is written with a letter. */
  ContentId id(String letter) {
    return content(letter).id();
  }

  private Content content(String text) {
    ContentType type = text.startsWith("#") ? ContentType.NAMESPACE : ContentType.ICEBERG_TABLE;
    String plain = text.replace("#", "");
    ContentId id = new ContentId(new UUID(type.tag(), plain.charAt(0)));
    byte[] object = Value.encode(plain.substring(1).getBytes(StandardCharsets.UTF_8));
    objects.put(ObjectId.of(object), object);
    return new Content(type, id, ObjectId.of(object));
  }

  private String text(Tree tree) {
    List<String> entries = new ArrayList<>();
    tree.entries()
        .forEachRemaining(
            entry -> {
              Content content = entry.content();
              String mark = content.type().equals(ContentType.NAMESPACE) ? "#" : "";
              char letter = (char) content.id().uuid().getLeastSignificantBits();
              String value = new String(value(content.value()), StandardCharsets.UTF_8);
              entries.add(entry.key() + "=" + mark + letter + value);
            });
    return String.join(" ", entries);
  }

  private byte[] value(ObjectId id) {
    return Value.decode(objects.get(id));
  }
}
