package dev.varve.catalog.object;

/**
 * What an object is: the first of its canonical bytes. Refs and reflog entries are written in the
 * same form but are not immutable objects: they have no id.
 */
public enum ObjectKind {
  COMMIT(1),
  LEAF(2),
  INNER(3),
  VALUE(4),
  REF(16),
  REFLOG_ENTRY(17);

  private final byte tag;

  ObjectKind(int tag) {
    this.tag = (byte) tag;
  }

  /** The byte that stands for this kind; it never changes. */
  public byte tag() {
    return tag;
  }
}
