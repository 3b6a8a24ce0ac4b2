package dev.varve.catalog.merge;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.function.Function;

/** What one side of a merge has of a content. */
public final class ContentVersion {
  private final Key key;
  private final Content content;
  private final ObjectId commit;
  private final Function<ObjectId, byte[]> values;

  /**
   * @param values loads a content's bytes
   */
  public ContentVersion(
      Key key, Content content, ObjectId commit, Function<ObjectId, byte[]> values) {
    this.key = key;
    this.content = content;
    this.commit = commit;
    this.values = values;
  }

  /** Where this side has it. */
  public Key key() {
    return key;
  }

  public Content content() {
    return content;
  }

  /** The commit of this side; for a base that was merged of several, the first of these. */
  public ObjectId commit() {
    return commit;
  }

  /** The content's bytes, read when asked for. */
  public byte[] value() {
    return values.apply(content.value());
  }
}
