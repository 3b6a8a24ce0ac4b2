package dev.varve.catalog.fsck;

import java.util.Locale;

/** What can be wrong with a repository, as a stable name with what to do about it. */
public enum Damage {
  /** A part of the store cannot be read to its end; what lies behind was not checked. */
  STORE_CORRUPT(Advice.RESTORE),
  /** An object that something refers to is not in the store. */
  OBJECT_MISSING(Advice.RESTORE),
  /** An object cannot be read, or its bytes have another hash than its id. */
  OBJECT_CORRUPT(Advice.RESTORE),
  /** An object's hash is right, but it is not what it is referred to as. */
  OBJECT_INVALID(Advice.REPORT),
  /** The keys of a tree do not rise. */
  TREE_ORDER(Advice.REPORT),
  /** A node begins or ends where no tree of these keys would have it. */
  TREE_BOUNDS(Advice.REPORT),
  /** A node says another number of entries than are below it. */
  TREE_COUNT(Advice.REPORT),
  /** A commit's generation is not one more than the highest of its parents. */
  COMMIT_GENERATION(Advice.REPORT),
  /** A commit cannot be found by the first digits of its id. */
  COMMIT_NOT_INDEXED(Advice.RESTORE),
  /** The index of commit ids holds one that is none. */
  INDEX_DANGLING(Advice.RESTORE),
  /** A branch or tag cannot be read. */
  REF_DAMAGED(Advice.RESTORE),
  /** The names of refs without regard to case do not agree with the refs. */
  REF_NAME(Advice.RESTORE),
  /** A reflog entry cannot be read. */
  REFLOG_DAMAGED(Advice.RESTORE),
  /** Reflog entries are missing. */
  REFLOG_GAP(Advice.RESTORE),
  /** A reflog entry does not begin where the one before it ended, or is older. */
  REFLOG_BROKEN(Advice.RESTORE),
  /** A ref does not stand where its reflog says. */
  REFLOG_HEAD(
      "compare 'varve reflog REF' with 'varve log REF'; move the branch with 'varve reset'"),
  /** A high-water mark cannot be read. */
  COUNTER_DAMAGED(Advice.RESTORE),
  /** A content uses ids above the high-water mark that keeps them apart. */
  COUNTER_BEHIND(Advice.REPORT),
  /** A tree holds one content at two keys. */
  CONTENT_TWICE("drop it at one of the keys: a merge cannot tell which of the two was renamed"),
  /** The bytes of a content are not what its type says. */
  CONTENT_INVALID(Advice.RESTORE),
  /** A file that a table refers to is not there. */
  FILE_MISSING("bring the file back from a backup of the warehouse; nothing else needs a change"),
  /** A file that a table refers to cannot be read or has another length. */
  FILE_DAMAGED("bring the file back from a backup of the warehouse; nothing else needs a change"),
  /** A metadata.json that follows from the catalog is not there as a whole. */
  METADATA_FILE("tables load without it; readers of 'metadata-location' need it");

  private final String hint;

  Damage(String hint) {
    this.hint = hint;
  }

  /** The name on the wire, such as {@code object-missing}; it never changes. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What to do about it. */
  public String hint() {
    return hint;
  }

  private static final class Advice {
    static final String RESTORE = "restore the catalog from a backup that 'varve fsck' finds whole";
    static final String REPORT =
        "no lost or flipped bytes look like this: keep the store as it is and report it as a bug";
  }
}
