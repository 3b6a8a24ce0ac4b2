package dev.varve.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GraphTest {
  /** Draws commits that are written as {@code id: parent parent}. */
  private static String draw(String... commits) {
    Graph graph = new Graph();
    List<String> lines = new ArrayList<>();
    for (String commit : commits) {
      String id = commit.substring(0, commit.indexOf(':'));
      String parents = commit.substring(commit.indexOf(':') + 1).strip();
      Graph.Rows rows = graph.next(id, parents.isEmpty() ? List.of() : List.of(parents.split(" ")));
      lines.add(rows.node() + " " + id);
      lines.addAll(rows.turns());
    }
    return lines.stream().collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void aLineOfCommitsIsOneLane() {
    assertThat(draw("c: b", "b: a", "a:"))
        .isEqualTo(
            """
            * c
            * b
            * a
            """);
  }

  @Test
  void aMergeOpensALaneThatRunsTogetherAtTheBase() {
    assertThat(draw("m: b x", "b: a", "x: a", "a:"))
        .isEqualTo(
            """
            * m
            |\\
            * | b
            | * x
            |/
            * a
            """);
  }

  @Test
  void aMergedBranchThatContinuesKeepsItsLane() {
    assertThat(draw("m: b x", "x: w", "b: a", "w: a", "a:"))
        .isEqualTo(
            """
            * m
            |\\
            | * x
            * | b
            | * w
            |/
            * a
            """);
  }

  @Test
  void aCrissCrossDrawsBothParentsOfBothMerges() {
    assertThat(draw("m: p q", "p: b x", "q: x b", "b: a", "x: a", "a:"))
        .isEqualTo(
            """
            * m
            |\\
            * | p
            |\\ \\
            | | * q
            | |/
            |/|
            * | b
            | * x
            |/
            * a
            """);
  }

  @Test
  void aThirdParentGetsALaneOfItsOwn() {
    assertThat(draw("m: a b c", "c: r", "b: r", "a: r", "r:"))
        .isEqualTo(
            """
            * m
            |\\
            | |\\
            | | * c
            | * | b
            | |/
            * | a
            |/
            * r
            """);
  }

  @Test
  void twoHeadsRunTogetherAtTheirBase() {
    assertThat(draw("x: a", "y: a", "a:"))
        .isEqualTo(
            """
            * x
            | * y
            |/
            * a
            """);
  }

  @Test
  void anEndedLineLetsTheOthersMoveUp() {
    assertThat(draw("x:", "b: a", "a:"))
        .isEqualTo(
            """
            * x
            * b
            * a
            """);
  }
}
