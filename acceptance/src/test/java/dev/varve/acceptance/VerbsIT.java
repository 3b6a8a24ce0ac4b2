package dev.varve.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of history and merging as a person types them, against a server process. */
class VerbsIT {
  @TempDir Path directory;

  @Test
  void rowsAreComparedAndACheckIsBisected() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,name,price\\n1,apple,1.5\\n2,pear,2.5\\n' | varve ingest fruit - --key id
          varve tag create v1
          varve update fruit --set 'price = price + 1' --where 'id = 1'
          varve update fruit --set 'price = -1' --where 'id = 2' -m 'Break the price'
          varve update fruit --set "name = 'APPLE'" --where 'id = 1'
          """);

      assertThat(varve.bash(directory, "varve diff v1 main --rows"))
          .contains("rows: 0 added, 0 removed, 2 changed")
          .contains("name: changed in 1 row")
          .contains("price: changed in 2 rows")
          .contains("apple → APPLE")
          .contains("1.5 → 2.5");
      String check = "'SELECT count(*) = 0 FROM fruit WHERE price < 0'";
      assertThat(varve.bash(directory, "varve bisect --good v1 --sql " + check))
          .contains("the first bad commit, found with")
          .contains("Break the price");
      assertThat(varve.bash(directory, "varve bisect --good v1 --json --sql " + check))
          .contains("\"firstBad\":{")
          .doesNotContain("suspects)");
      assertThat(varve.bash(directory, "varve blame fruit --key 2")).contains("Break the price");
      assertThat(varve.bash(directory, "varve log fruit --key 1"))
          .contains("name: apple → APPLE")
          .contains("price: 1.5 → 2.5");
      assertThat(varve.bash(directory, "varve log fruit --key id=2 --json"))
          .contains("\"kind\":\"changed\",\"columns\":[\"price\"]");
    }
  }

  @Test
  void aMergeIsPreparedLookedAtAndPublished() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,price\\n1,1\\n2,2\\n' | varve ingest fruit - --key id
          varve branch create exp
          varve update fruit --set 'price = 10' --where 'id = 1' --branch exp
          varve update fruit --set 'price = 20' --where 'id = 2'
          """);

      assertThat(varve.bash(directory, "varve merge exp --dry-run --explain"))
          .containsPattern("fruit +rows +1 +1 +1 ")
          .contains("dry run: 'main' would be given a new commit; nothing was changed");
      assertThat(varve.bash(directory, "varve merge exp --prepare"))
          .contains("prepared as 'merge/1'")
          .contains("varve prepared publish merge/1");
      String total = "varve sql 'SELECT sum(price) AS s FROM fruit' --format csv --ref ";
      assertThat(varve.bash(directory, total + "merge/1")).contains("30");
      assertThat(varve.bash(directory, total + "main")).contains("21");
      assertThat(varve.bash(directory, "varve prepared list"))
          .contains("merge/1")
          .contains("ready");
      assertThat(varve.bash(directory, "varve prepared publish merge/1")).contains("[main ");
      assertThat(varve.bash(directory, total + "main")).contains("30");
    }
  }

  @Test
  void rowsAreLeftToSparkAndTakenBackByTheServer() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,price\\n1,1\\n2,2\\n' | varve ingest fruit - --key id
          varve branch create exp
          varve update fruit --set 'price = 10' --where 'id = 1' --branch exp
          varve update fruit --set 'price = 20' --where 'id = 2'
          """);

      assertThat(varve.bash(directory, "varve merge exp --on spark || test $? = 3"))
          .contains("prepared as 'merge/1' for Spark; 'main' has not moved")
          .contains("spark-submit")
          .contains("dev.varve.spark.MergeJob");
      varve.bash(
          directory,
          """
          varve prepared finish merge/1 --on server
          varve prepared publish merge/1
          """);
      String total = "varve sql 'SELECT sum(price) FROM fruit' --format csv";
      assertThat(varve.bash(directory, total)).contains("30");

      assertThat(varve.bash(directory, "varve revert main~1 --on spark || test $? = 3"))
          .contains("for Spark", "dev.varve.spark.MergeJob");
      varve.bash(directory, "varve revert main~1 --on server");
      assertThat(varve.bash(directory, total)).contains("12");
    }
  }

  @Test
  void conflictsAreKeptResolvedAndFinished() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,price\\n1,1\\n2,2\\n' | varve ingest fruit - --key id
          varve branch create exp
          varve update fruit --set 'price = price * 10' --where true --branch exp
          varve update fruit --set 'price = price + 5' --where true
          """);

      assertThat(varve.bash(directory, "varve merge exp --prepare || test $? = 3"))
          .contains("the conflicts are kept as 'merge/1'");
      assertThat(varve.bash(directory, "varve prepared conflicts merge/1"))
          .contains("conflicts.fruit");
      String resolved =
          varve.bash(
              directory,
              """
              varve prepared resolve merge/1 fruit --key 1 --take theirs
              varve prepared resolve merge/1 fruit --key 2 --column price --value 'ours.price + 1'
              varve prepared finish merge/1
              varve prepared publish merge/1
              varve sql 'FROM fruit ORDER BY id' --format csv
              """);
      assertThat(resolved).contains("1 conflict resolved, 1 left").contains("1,10").contains("2,8");
    }
  }

  @Test
  void conflictsOfMetadataAreAnsweredOneByOne() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,name,price\\n1,apple,1\\n' | varve ingest fruit - --key id
          varve branch create exp
          varve column rename fruit name label --branch exp
          varve column rename fruit name title
          varve column drop fruit price --branch exp
          varve column rename fruit price cost
          varve merge exp --prepare || test $? = 3
          """);

      assertThat(varve.bash(directory, "varve prepared conflicts merge/1"))
          .contains("conflicts.metadata", "ours|theirs|base|column-name?")
          .contains("is renamed to 'title' in ours and 'label' in theirs");
      String id =
          varve
              .bash(
                  directory,
                  "varve sql \"SELECT id FROM conflicts.metadata"
                      + " WHERE code = 'column-renamed-differently'\" --ref merge/1 --format csv"
                      + " | tail -1")
              .strip();
      assertThat(
              varve.bash(
                  directory,
                  "varve prepared resolve merge/1 --conflict " + id + " --value caption"))
          .contains("1 conflict resolved, 1 left");
      assertThat(
              varve.bash(
                  directory,
                  """
                  varve prepared resolve merge/1 --where "take IS NULL" --take ours
                  varve prepared conflicts merge/1
                  varve prepared finish merge/1
                  varve prepared publish merge/1
                  varve sql 'FROM fruit' --format csv
                  """))
          .contains("next: varve prepared finish merge/1")
          .contains("'caption'")
          .contains("id,caption,cost", "1,apple,1");
    }
  }

  @Test
  void aTableIsAlteredAsAWholeOrNotAtAll() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,name,price\\n1,apple,1\\n2,pear,2\\n' | varve ingest fruit - --key id
          varve alter fruit --no-key --optional id --drop id \\
            --rename name=label --add 'size decimal(9,2)' --after label --move price \\
            --describe 'size=In cm' --key label --partition-by 'bucket(4, label)' \\
            --sort-by 'price desc' --sort-by label --set owner=ada -m 'All of it'
          """);

      assertThat(varve.bash(directory, "varve schema fruit"))
          .containsPattern("(?s)price.*label.*required.*size +decimal\\(9, ?2\\) +In cm")
          .contains("label\n", "bucket(4, label)", "price desc, label")
          .doesNotContain(" id ");
      assertThat(varve.bash(directory, "varve schema fruit --json")).contains("\"owner\":\"ada\"");
      assertThat(varve.bash(directory, "varve sql 'FROM fruit ORDER BY 1' --format csv"))
          .contains("1,apple,", "2,pear,");

      String refused = "varve alter fruit --unset owner --add 'colour text' --drop pip 2>&1";
      assertThat(varve.bash(directory, refused + " || test $? = 1")).contains("no column 'pip'");
      assertThat(varve.bash(directory, "varve schema fruit --json"))
          .contains("\"owner\":\"ada\"")
          .doesNotContain("colour");
      assertThat(varve.bash(directory, "varve log fruit --oneline").lines()).hasSize(2);
    }
  }

  @Test
  void aColumnThatBothBranchesAddIsOneColumn() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,price\\n1,1\\n2,2\\n' | varve ingest fruit - --key id
          varve branch create exp
          varve alter fruit --add 'size decimal(9,2)' --branch exp
          varve update fruit --set 'size = 1.5' --where 'id = 1' --branch exp
          varve alter fruit --rename size=width --branch exp
          varve alter fruit --add 'colour text' --add 'size decimal(9,2)' --describe 'size=In cm'
          varve update fruit --set 'size = 2.5' --where 'id = 2'
          varve merge exp
          """);

      assertThat(varve.bash(directory, "varve schema fruit"))
          .containsPattern("width +decimal\\(9, ?2\\) +In cm")
          .contains("colour")
          .doesNotContain("size");
      assertThat(
              varve.bash(
                  directory, "varve sql 'SELECT id, width FROM fruit ORDER BY 1' --format csv"))
          .contains("1,1.50\n2,2.50");
    }
  }

  @Test
  void aBranchIsRebased() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,price\\n1,1\\n2,2\\n' | varve ingest fruit - --key id
          varve branch create exp
          varve update fruit --set 'price = 10' --where 'id = 1' --branch exp -m 'Ten'
          varve update fruit --set 'price = 20' --where 'id = 2'
          """);

      assertThat(varve.bash(directory, "varve rebase exp --onto main"))
          .contains("Ten")
          .contains("1 commit of 'exp' now on 'main'");
      assertThat(
              varve.bash(directory, "varve sql 'SELECT sum(price) FROM fruit' --format csv -r exp"))
          .contains("30");
    }
  }

  @Test
  void aRebaseThatConflictsIsKeptAndGoneOnWith() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      varve.bash(
          directory,
          """
          printf 'id,price\\n1,1\\n2,2\\n' | varve ingest fruit - --key id
          varve branch create exp
          varve update fruit --set 'price = 10' --where 'id = 1' --branch exp -m 'Ten'
          varve update fruit --set 'price = 20' --where 'id = 2' --branch exp -m 'Twenty'
          varve update fruit --set 'price = 11' --where 'id = 1'
          """);

      assertThat(varve.bash(directory, "varve rebase exp --prepare || test $? = 3"))
          .contains("stopped at commit 1 of 2, kept as 'merge/1'; 'exp' has not moved");
      assertThat(varve.bash(directory, "varve prepared list")).contains("rebase", "conflicted");
      assertThat(
              varve.bash(
                  directory,
                  """
                  varve prepared resolve merge/1 fruit --take theirs
                  varve prepared finish merge/1
                  varve prepared publish merge/1
                  varve sql 'FROM fruit ORDER BY id' --format csv --ref exp
                  """))
          .contains("1,10", "2,20");
    }
  }
}
