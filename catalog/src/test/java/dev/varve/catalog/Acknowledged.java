package dev.varve.catalog;

import dev.varve.catalog.object.ObjectId;

/**
 * One line of a {@link CrashingWriter}: a write that was acknowledged.
 *
 * @param name the thread that committed, or the branch that was created
 * @param commit the commit that was made, or that the branch was created at
 */
record Acknowledged(Kind kind, String name, ObjectId commit) {

  /** What was written. */
  enum Kind {
    COMMIT,
    BRANCH
  }

  /** Whether a line is all there: one that the kill cut off lacks its full stop. */
  static boolean isWhole(String line) {
    return line.endsWith(".");
  }

  static Acknowledged parse(String line) {
    String[] words = line.substring(0, line.length() - 1).split(" ", -1);
    return new Acknowledged(Kind.valueOf(words[0]), words[1], ObjectId.parse(words[2]));
  }

  String line() {
    return kind + " " + name + " " + commit.hex() + ".";
  }
}
