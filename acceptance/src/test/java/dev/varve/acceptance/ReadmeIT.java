package dev.varve.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what people are told to type. */
class ReadmeIT {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final Path EXAMPLES = PROJECT.resolve("examples");
  private static final Pattern SHELL_BLOCK = Pattern.compile("(?s)\n```sh\n(.*?)\n```");

  @TempDir Path directory;

  @Test
  void everyCommandOfTheStoryRuns() throws Exception {
    List<String> blocks = blocks(section("## The story"));
    assertThat(blocks).hasSizeGreaterThan(4);

    try (Processes varve = Processes.start(directory)) {
      StringBuilder printed = new StringBuilder();
      for (String block : blocks) {
        printed.append(varve.bash(EXAMPLES, block));
      }
      assertThat(printed.toString()).contains("January 2001").contains("-1116");
      assertThat(varve.bash(EXAMPLES, countByMonth("main"))).contains("1,5086", "2,4556", "3,5166");
    }
  }

  @Test
  void theQuickstartTellsTheWholeStory() throws Exception {
    try (Processes varve = Processes.start(directory)) {
      String printed = varve.bash(EXAMPLES, "./quickstart.sh");

      assertThat(printed).contains("Remove impossible delays").contains("Chicago");
      assertThat(varve.bash(EXAMPLES, countByMonth("main"))).contains("1,5086", "2,4556", "3,5166");
      assertThat(varve.bash(EXAMPLES, countByMonth("v1"))).contains("1,5086").doesNotContain("2,");

      String before = Instant.now().toString();
      varve.bash(EXAMPLES, "varve delete flights --where true");
      String query =
          "SELECT past.n, (SELECT count(*) FROM flights) AS now FROM (SELECT count(*) AS n"
              + " FROM flights AT (TIMESTAMP => '%s')) past".formatted(before);
      assertThat(varve.bash(EXAMPLES, "varve sql \"" + query + "\" --format csv"))
          .contains("14808,0");
    }
  }

  private static String countByMonth(String ref) {
    return "varve sql 'SELECT month(date), count(*) FROM flights GROUP BY 1 ORDER BY 1'"
        + " --format csv --ref "
        + ref;
  }

  /** README's text from a heading to the next one of its rank. */
  private static String section(String heading) throws IOException {
    String readme = Files.readString(PROJECT.resolve("README.md"));
    int start = readme.indexOf("\n" + heading + "\n");
    assertThat(start).as("README has the section %s", heading).isNotNegative();
    int end = readme.indexOf("\n## ", start + 1 + heading.length());
    return readme.substring(start, end < 0 ? readme.length() : end);
  }

  private static List<String> blocks(String section) {
    return SHELL_BLOCK.matcher(section).results().map(ReadmeIT::code).toList();
  }

  private static String code(MatchResult block) {
    return block.group(1);
  }
}
