package dev.varve.catalog.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Key;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreeWayTest {
  private final Trees trees = new Trees();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing changed                    | a=x1      | a=x1      | a=x1           | a=x1
          one side changed                   | a=x1      | a=x1      | a=x2           | a=x2
          both made the same change          | a=x1      | a=x2      | a=x2           | a=x2
          different keys changed             | a=x1 b=y1 | a=x2 b=y1 | a=x1 b=y2      | a=x2 b=y2
          one side added                     | a=x1      | a=x1      | a=x1 b=y1      | a=x1 b=y1
          both added different keys          | ''        | a=x1      | b=y1           | a=x1 b=y1
          both added the same                | ''        | a=x1      | a=x1           | a=x1
          one side removed                   | a=x1 b=y1 | a=x1 b=y1 | b=y1           | b=y1
          both removed                       | a=x1      | ''        | ''             | ''
          one side renamed                   | a=x1      | a=x1      | b=x1           | b=x1
          both renamed alike                 | a=x1      | b=x1      | b=x1           | b=x1
          renamed here, changed there        | a=x1      | b=x1      | a=x2           | b=x2
          renamed and changed                | a=x1      | a=x1      | b=x2           | b=x2
          both renamed alike, one changed    | a=x1      | b=x1      | b=x2           | b=x2
          names swapped                      | a=x1 b=y1 | a=x1 b=y1 | a=y1 b=x1      | a=y1 b=x1
          names swapped, contents changed    | a=x1 b=y1 | a=x2 b=y2 | a=y1 b=x1      | a=y2 b=x2
          renamed, old name taken by another | a=x1      | a=x1      | a=y1 b=x1      | a=y1 b=x1
          the same, and changed              | a=x1      | a=x2      | a=y1 b=x1      | a=y1 b=x2
          replaced by another content        | a=x1      | a=x1      | a=y1           | a=y1
          into a namespace of one side       | ''        | ''        | s=#n1 s.a=x1   | s=#n1 s.a=x1
          moved to another namespace         | s=#n1 s.a=x1 t=#m1 | s=#n1 s.a=x2 t=#m1 | t=#m1 t.a=x1 | t=#m1 t.a=x2
          """)
  void mergesWhatDoesNotConflict(
      String name, String base, String ours, String theirs, String merged) {
    assertThat(merge(base, ours, theirs)).isEqualTo(merged);
    assertThat(merge(base, theirs, ours)).isEqualTo(merged);
    assertThat(merge(base, ours, base)).as("theirs unchanged").isEqualTo(ours);
    assertThat(merge(base, base, theirs)).as("ours unchanged").isEqualTo(theirs);
    assertThat(merge(base, ours, ours)).as("both the same").isEqualTo(ours);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          both changed                 | a=x1         | a=x2         | a=x3           | a: both-changed
          one changed, one removed     | a=x1         | a=x2         | ''             | a: both-changed
          both added at one key        | ''           | a=x1         | a=y1           | a: both-changed
          renamed differently          | a=x1         | b=x1         | c=x1           | a: renamed-differently
          renamed and removed          | a=x1         | b=x1         | ''             | a: renamed-and-removed
          renamed onto an added key    | a=x1         | b=x1         | a=x1 b=y1      | b: *
          two renamed to one name      | a=x1 b=y1    | c=x1 b=y1    | a=x1 c=y1      | c: key-taken
          into a namespace that goes   | s=#n1        | ''           | s=#n1 s.a=x1   | *: *
          replaced here, changed there | a=x1         | a=y1         | a=x2           | a: *
          one content at two keys      | ''           | a=x1         | b=x1           | *: renamed-differently
          the same, and changed        | ''           | a=x1         | b=x2           | *: renamed-differently
          the same, one key taken      | b=y1         | a=x1 b=y1    | b=x1           | *: *
          """)
  void saysWhatConflicts(String name, String base, String ours, String theirs, String conflicts) {
    assertThat(merge(base, ours, theirs)).matches(pattern(conflicts));
    assertThat(merge(base, theirs, ours)).matches(pattern(conflicts));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          filled here, removed there   | s=#n1         | s=#n1 s.a=x1      | ''             | s: namespace-in-use
          removed here, filled there   | s=#n1         | ''                | s=#n1 s.a=x1   | s.a: namespace-gone
          moved into here, gone there  | s=#n1 a=x1    | s=#n1 s.a=x1      | a=x1           | s: namespace-in-use
          gone here, moved into there  | s=#n1 a=x1    | a=x1              | s=#n1 s.a=x1   | s.a: namespace-gone
          """)
  void aNamespaceGoesOnlyWithAllThatIsInIt(
      String name, String base, String ours, String theirs, String conflicts) {
    assertThat(merge(base, ours, theirs)).matches(pattern(conflicts));
  }

  /**
   * An answer is ours, theirs, or a key; {@code -} if it cannot be given and a conflict is left.
   */
  @ParameterizedTest(name = "{0}: {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          renamed differently     | a=x1      | b=x1      | c=x1      | ours   | b=x1
          renamed differently     | a=x1      | b=x1      | c=x1      | theirs | c=x1
          renamed differently     | a=x1      | b=x1      | c=x1      | d      | d=x1
          renamed and changed     | a=x1      | b=x1      | c=x2      | ours   | b=x2
          renamed and changed     | a=x1      | b=x2      | c=x1      | theirs | c=x2
          removed by theirs       | a=x1      | b=x1      | ''        | ours   | b=x1
          removed by theirs       | a=x1      | b=x1      | ''        | theirs | ''
          removed by ours         | a=x1      | ''        | b=x1      | ours   | ''
          removed by ours         | a=x1      | ''        | b=x1      | theirs | b=x1
          removed by ours         | a=x1      | ''        | b=x1      | c      | -
          one content, two keys   | ''        | a=x1      | b=x1      | ours   | a=x1
          one content, two keys   | ''        | a=x1      | b=x2      | theirs | -
          one content, two keys   | ''        | a=x1      | b=x1      | theirs | b=x1
          two renamed to one name | a=x1 b=y1 | c=x1 b=y1 | a=x1 c=y1 | ours   | b=y1 c=x1
          two renamed to one name | a=x1 b=y1 | c=x1 b=y1 | a=x1 c=y1 | d      | c=x1 d=y1
          two renamed to one name | a=x1 b=y1 | c=x1 b=y1 | a=x1 c=y1 | theirs | -
          renamed onto an added   | a=x1      | a=x1 b=y1 | b=x1      | ours   | a=x1 b=y1
          renamed onto an added   | a=x1      | a=x1 b=y1 | b=x1      | c      | b=y1 c=x1
          onto what is still there| a=x1 b=y1 | a=x1 c=y1 | c=x1 b=y1 | a      | a=x1 c=y1
          namespace in use        | s=#n1     | s=#n1 s.a=x1 | ''     | ours   | s=#n1 s.a=x1
          namespace in use        | s=#n1     | s=#n1 s.a=x1 | ''     | theirs | -
          namespace gone          | s=#n1     | ''        | s=#n1 s.a=x1 | ours   | ''
          namespace gone          | s=#n1     | ''        | s=#n1 s.a=x1 | theirs | s=#n1 s.a=x1
          gone, and moved to      | a=x1 s=#n1 | a=x1     | s=#n1 s.a=x1 | ours   | a=x1
          gone, and moved to      | a=x1 s=#n1 | a=x1     | s=#n1 s.a=x1 | theirs | s=#n1 s.a=x1
          """)
  void answersDecideWhatConflicts(
      String name, String base, String ours, String theirs, String answer, String merged) {
    KeyAnswer given =
        switch (answer) {
          case "ours" -> KeyAnswer.OURS;
          case "theirs" -> KeyAnswer.THEIRS;
          default -> KeyAnswer.at(Key.of(answer));
        };
    assertThat(answered(base, Set.of(), ours, theirs, given)).isEqualTo(merged);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a=x1 | a=x2 | a=x3 | a=x2 | a=x3
          a=x1 | a=x1 | b=x1 | a=x1 | b=x1
          a=x1 | b=x1 | c=x1 | b=x1 | c=x1
          a=x1 | a=x1 | ''   | a=x1 | ''
          a=x1 | a=x1 | a=y1 | a=x1 | a=y1
          """)
  void answersDecideWhatTheBasesDisagreeOn(
      String base, String ours, String theirs, String asOurs, String asTheirs) {
    Set<ContentId> unsettled = Set.of(trees.id("x"));
    assertThat(answered(base, unsettled, ours, theirs, KeyAnswer.THEIRS)).isEqualTo(asTheirs);
    if (!theirs.contains("y")) {
      assertThat(answered(base, unsettled, ours, theirs, KeyAnswer.OURS)).isEqualTo(asOurs);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a=x1 | b=x1 | c=x1
          a=x1 | b=x1 | ''
          a=x1 b=y1 | b=y1 c=x1 | a=x1 c=y1
          s=#n1 | s=#n1 s.a=x1 | ''
          """)
  void anAnswerThatNoConflictAsksForChangesNothing(String base, String ours, String theirs) {
    assertThat(answered(base, Set.of(), ours, base, KeyAnswer.THEIRS)).isEqualTo(ours);
    assertThat(answered(base, Set.of(), base, theirs, KeyAnswer.OURS)).isEqualTo(theirs);
    assertThat(answered(base, Set.of(), ours, ours, KeyAnswer.THEIRS)).isEqualTo(ours);
  }

  @Test
  void theMergerMayKeepBothOfTwoContentsAtOneKey() {
    Side ours = trees.side("a=x1");
    ContentMerger merger = (key, was, our, their) -> new MergedContent.Apart(Key.of("b"));

    KeyMerge merge =
        new ThreeWay(
                new MergedBase(trees.side(""), Set.of()),
                ours,
                trees.side("a=y1"),
                merger,
                MergeVerb.MERGE)
            .run();

    assertThat(merge.conflicts()).isEmpty();
    assertThat(trees.apply(ours, merge)).isEqualTo("a=x1 b=y1");
  }

  /** What comes of a merge whose conflicts are all answered alike, or {@code -} for a conflict. */
  private String answered(
      String base, Set<ContentId> unsettled, String ours, String theirs, KeyAnswer answer) {
    ContentMerger merger =
        new ContentMerger() {
          @Override
          public MergedContent merge(
              Key key,
              Optional<ContentVersion> was,
              Optional<ContentVersion> our,
              Optional<ContentVersion> their) {
            return MergedContent.bothChanged(key);
          }

          @Override
          public Optional<KeyAnswer> answer(KeyConflict conflict) {
            return Optional.of(answer);
          }
        };
    Side side = trees.side(ours);
    KeyMerge merge =
        new ThreeWay(
                new MergedBase(trees.side(base), unsettled),
                side,
                trees.side(theirs),
                merger,
                MergeVerb.MERGE)
            .run();
    return merge.conflicts().isEmpty() ? trees.apply(side, merge) : "-";
  }

  @Test
  void theMergerIsAskedOnlyForContentsThatBothSidesChanged() {
    Set<String> asked = new TreeSet<>();
    ContentMerger merger =
        (key, base, ours, theirs) -> {
          asked.add("%s<-%s".formatted(key, text(base) + text(ours) + text(theirs)));
          return new MergedContent.Merged(
              ours.orElseThrow().content().type(),
              ours.orElseThrow().content().id(),
              (text(ours) + text(theirs)).getBytes(StandardCharsets.UTF_8));
        };
    Side ours = trees.side("a=x2 b=y2 c=z1 d=w2");
    KeyMerge merge =
        new ThreeWay(
                new MergedBase(trees.side("a=x1 b=y1 c=z1 d=w1"), Set.of()),
                ours,
                trees.side("e=x3 b=y1 c=z3 d=w2"),
                merger,
                MergeVerb.MERGE)
            .run();

    assertThat(asked).containsExactly("e<-123");
    assertThat(merge.conflicts()).isEmpty();
    assertThat(trees.apply(ours, merge)).isEqualTo("b=y2 c=z3 d=w2 e=x23");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          both as the base         | a=x1      | a=x1      | a=x1      | a=x1
          alike                    | a=x1      | a=x2      | a=x2      | a=x2
          renamed alike            | a=x1      | b=x1      | b=x1      | b=x1
          gone on both             | a=x1      | ''        | ''        | ''
          not there, added alike   | ''        | b=x1      | b=x1      | b=x1
          others are merged        | a=x1 b=y1 | a=x2      | a=x2 b=y2 | b: *
          others are merged        | a=x1 b=y1 | a=x2 b=y1 | a=x2 b=y2 | a=x2 b=y2
          ours is as the base      | a=x1      | a=x1      | a=x2      | a: bases-disagree
          changed differently      | a=x1      | a=x2      | a=x3      | a: bases-disagree
          renamed by one           | a=x1      | a=x1      | b=x1      | a: bases-disagree
          renamed differently      | a=x1      | b=x1      | c=x1      | a: bases-disagree
          removed by one           | a=x1      | a=x1      | ''        | a: bases-disagree
          not there, added by one  | ''        | ''        | b=x1      | b: bases-disagree
          its place taken          | a=x1      | a=x1      | a=y1      | a: bases-disagree
          """)
  void onWhatTheBaseHasNotSettledTheSidesMustAgree(
      String name, String base, String ours, String theirs, String merged) {
    Set<ContentId> unsettled = Set.of(trees.id("x"));
    assertThat(merge(base, unsettled, ours, theirs)).matches(pattern(merged));
    assertThat(merge(base, unsettled, theirs, ours)).matches(pattern(merged));
  }

  @Test
  void aConflictNamesTheKeyTheSidesAndAWayOut() {
    Map<String, MergedContent.Conflict> conflicts =
        run("a=x1", Set.of(), "b=x1", "c=x1").conflicts().stream()
            .collect(Collectors.toMap(it -> it.key().toString(), KeyConflict::conflict));
    assertThat(conflicts.get("a").message())
        .isEqualTo("our side renamed 'a' to 'b', theirs to 'c'");
    assertThat(conflicts.get("a").hint()).isPresent();
  }

  @ParameterizedTest(name = "{0}: {1} | {2} | {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CHERRY_PICK | a=x1  | b=x1  | c=x1         | the picked commit renamed 'a' to 'c', and on the branch it is 'b'
          REVERT      | a=x1  | b=x1  | c=x1         | the commit renamed 'c' to 'a', and later it was renamed to 'b'
          CHERRY_PICK | ''    | b=x1  | c=x1         | the picked commit added the table 'c', which the branch has as 'b'
          REVERT      | ''    | b=x1  | c=x1         | the commit removed the table 'c', which the branch has as 'b' again
          CHERRY_PICK | a=x1  | b=x1  | ''           | the picked commit removed 'a', which the branch has as 'b'
          REVERT      | a=x1  | b=x1  | ''           | the commit created 'a', which was renamed to 'b' later
          CHERRY_PICK | a=x1  | ''    | b=x1         | the picked commit renamed 'a' to 'b', and the branch has no such table
          REVERT      | a=x1  | ''    | b=x1         | the commit renamed 'b' to 'a', which was removed later
          CHERRY_PICK | a=x1  | a=x1 b=y1 | b=x1     | the picked commit puts a table at 'b', where the branch has another
          REVERT      | a=x1  | a=x1 b=y1 | b=x1     | undoing the commit brings a table back to 'b', where there is another now
          CHERRY_PICK | s=#n1 | s=#n1 s.a=x1 | ''    | the picked commit removed the namespace 's', and the branch has something in it
          REVERT      | s=#n1 | s=#n1 s.a=x1 | ''    | the commit created the namespace 's', which has something in it now
          CHERRY_PICK | s=#n1 | ''    | s=#n1 s.a=x1 | the picked commit put 's.a' into the namespace 's', which the branch does not have
          REVERT      | s=#n1 | ''    | s=#n1 s.a=x1 | undoing the commit brings 's.a' back into the namespace 's', which is gone
          """)
  void aCherryPickAndARevertSayWhatTheyMeetInTheirOwnWords(
      MergeVerb verb, String base, String ours, String theirs, String message) {
    MergedBase settled = new MergedBase(trees.side(base), Set.of());
    List<KeyConflict> conflicts =
        new ThreeWay(settled, trees.side(ours), trees.side(theirs), ContentMerger.CONFLICT, verb)
            .run()
            .conflicts();
    assertThat(conflicts).extracting(it -> it.conflict().message()).contains(message);
    assertThat(conflicts)
        .allSatisfy(
            it -> assertThat(it.conflict().hint().orElseThrow()).doesNotContain("merge", "side"));
  }

  private String merge(String base, String ours, String theirs) {
    return merge(base, Set.of(), ours, theirs);
  }

  private String merge(String base, Set<ContentId> unsettled, String ours, String theirs) {
    KeyMerge merge = run(base, unsettled, ours, theirs);
    return merge.conflicts().isEmpty()
        ? trees.apply(trees.side(ours), merge)
        : merge.conflicts().stream()
            .map(it -> it.key() + ": " + it.conflict().code())
            .collect(Collectors.joining(", "));
  }

  private KeyMerge run(String base, Set<ContentId> unsettled, String ours, String theirs) {
    MergedBase merged = new MergedBase(trees.side(base), unsettled);
    return new ThreeWay(
            merged, trees.side(ours), trees.side(theirs), ContentMerger.CONFLICT, MergeVerb.MERGE)
        .run();
  }

  private static String text(Optional<ContentVersion> version) {
    return new String(version.orElseThrow().value(), StandardCharsets.UTF_8);
  }

  /** One conflict or more, of which the first is as written; {@code *} stands for anything. */
  private static String pattern(String conflicts) {
    return conflicts.replace("*", "[a-z.-]+") + "(, .*)?";
  }
}
