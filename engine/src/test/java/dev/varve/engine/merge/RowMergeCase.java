package dev.varve.engine.merge;

import dev.varve.engine.merge.RowScript.Edit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A random table, and what is done to it on two branches.
 *
 * @param base edits before the branches part
 * @param picked edits that come to both branches, as by a cherry-pick
 * @param third edits of one more branch, which is merged before or after theirs
 * @param law which of the laws that apply is checked beside the merge, if not all are
 */
record RowMergeCase(
    RowScript script,
    List<Edit> base,
    List<Edit> picked,
    List<Edit> ours,
    List<Edit> theirs,
    List<Edit> third,
    int law) {

  static RowMergeCase random(long seed) {
    // Of seeds in a row, Random draws nearly the same first numbers.
    Random random = new Random(new SplittableRandom(seed).nextLong());
    RowScript script = RowScript.random(random);
    List<Edit> base = RowScript.edits(random, random.nextInt(3));
    base.add(0, new Edit(RowScript.Kind.FILL, random.nextLong()));
    if (random.nextBoolean()) {
      base.add(0, new Edit(RowScript.Kind.PARTITION, random.nextLong()));
    }
    List<Edit> ours = RowScript.edits(random, 1 + random.nextInt(3));
    if (random.nextInt(5) == 0) {
      RowScript.Kind rule = random.nextBoolean() ? RowScript.Kind.SET_KEY : RowScript.Kind.REQUIRE;
      ours.add(0, new Edit(rule, random.nextLong()));
    }
    List<Edit> theirs = RowScript.edits(random, 1 + random.nextInt(3));
    if (random.nextInt(12) == 0) {
      Edit column = new Edit(RowScript.Kind.ADD_COLUMN, random.nextLong());
      ours.add(0, column);
      theirs.add(0, column);
    }
    return new RowMergeCase(
        script,
        base,
        random.nextInt(4) > 0
            ? List.of()
            : List.of(new Edit(RowScript.Kind.APPEND, random.nextLong())),
        ours,
        theirs,
        RowScript.edits(random, random.nextInt(4) > 0 ? 0 : 1 + random.nextInt(2)),
        random.nextInt(1000));
  }

  /** The same where each side first updates a column in place, and seldom does more than that. */
  private RowMergeCase updatingColumns(Random random) {
    Edit here = new Edit(RowScript.Kind.UPDATE_COLUMN, random.nextLong());
    Edit there = new Edit(RowScript.Kind.UPDATE_COLUMN, random.nextLong());
    if (random.nextBoolean()) {
      // Of the same seed, they update one column of the same files, each of its own rows.
      here = new Edit(RowScript.Kind.UPDATE_EVEN_ROWS, here.seed());
      there = new Edit(RowScript.Kind.UPDATE_ODD_ROWS, here.seed());
    }
    return with(base, picked, updating(here, ours, random), updating(there, theirs, random), third);
  }

  private static List<Edit> updating(Edit column, List<Edit> edits, Random random) {
    List<Edit> all = new ArrayList<>();
    all.add(column);
    if (random.nextInt(3) == 0) {
      all.addAll(edits);
    }
    return all;
  }

  /**
   * A random case in which at times some state has rows that share a key, both sides update a
   * column in place, or files have several row groups, which the script leaves out otherwise.
   */
  static RowMergeCase randomOrSpecial(long seed) {
    Random random = new Random(new SplittableRandom(~seed).nextLong());
    RowMergeCase plain =
        random.nextInt(5) > 0 ? random(seed) : random(seed).updatingColumns(random);
    RowMergeCase repeating = random.nextInt(16) > 0 ? plain : plain.repeatingKey(random);
    return random.nextInt(4) > 0 ? repeating : repeating.cuttingFiles();
  }

  /** The same where some state has a key twice. */
  private RowMergeCase repeatingKey(Random random) {
    Edit repeat = new Edit(RowScript.Kind.REPEAT_KEY, random.nextLong());
    return switch (random.nextInt(3)) {
      case 0 -> with(with(base, repeat), picked, ours, theirs, third);
      case 1 -> with(base, picked, with(ours, repeat), theirs, third);
      default -> with(base, picked, ours, with(theirs, repeat), third);
    };
  }

  /** The same where files have several row groups. */
  private RowMergeCase cuttingFiles() {
    return new RowMergeCase(script.cuttingFiles(), base, picked, ours, theirs, third, law);
  }

  private static List<Edit> with(List<Edit> edits, Edit last) {
    List<Edit> more = new ArrayList<>(edits);
    more.add(last);
    return more;
  }

  /** All cases with one edit less. */
  List<RowMergeCase> smaller() {
    List<RowMergeCase> smaller = new ArrayList<>();
    without(base).forEach(it -> smaller.add(with(it, picked, ours, theirs, third)));
    without(picked).forEach(it -> smaller.add(with(base, it, ours, theirs, third)));
    without(ours).forEach(it -> smaller.add(with(base, picked, it, theirs, third)));
    without(theirs).forEach(it -> smaller.add(with(base, picked, ours, it, third)));
    without(third).forEach(it -> smaller.add(with(base, picked, ours, theirs, it)));
    return smaller;
  }

  private RowMergeCase with(
      List<Edit> base, List<Edit> picked, List<Edit> ours, List<Edit> theirs, List<Edit> third) {
    return new RowMergeCase(script, base, picked, ours, theirs, third, law);
  }

  private static List<List<Edit>> without(List<Edit> edits) {
    List<List<Edit>> all = new ArrayList<>();
    for (int i = 0; i < edits.size(); i++) {
      List<Edit> less = new ArrayList<>(edits);
      less.remove(i);
      all.add(less);
    }
    return all;
  }
}
