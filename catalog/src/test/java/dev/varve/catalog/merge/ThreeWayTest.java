package dev.varve.catalog.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.tree.ContentId;
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
