package dev.varve.catalog.object;

/** What an object is: the first of its canonical bytes. */
public enum ObjectKind {
  COMMIT(1),
  LEAF(2),
  INNER(3),
  VALUE(4);

  private final byte tag;

  ObjectKind(int tag) {
    this.tag = (byte) tag;
  }

  /** The byte that stands for this kind; it never changes. */
  public byte tag() {
    return tag;
  }
}
