package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.text.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completion script in real shells. */
class CompletionIT {
  /** Does what bash does when the last of the words is completed. */
  private static final String BASH =
      """
      source "$1"; shift
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
      compopt() { :; } # it may be called in the middle of a completion only
      function=$(complete -p varve | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      "$function" varve "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      echo "${COMPREPLY[*]}"
      """;

  /** Types into a zsh of one's own, and prints what the line has become. */
  private static final String ZSH =
      """
      zmodload zsh/zpty
      zpty shell 'TERM=dumb PS1=">" zsh -f -i'
      zpty -w shell "source '$1' && echo rea''dy"
      zpty -r shell answer '*ready*'
      zpty -w -n shell "$2"$'\\t'
      zpty -r shell answer "*$3*"
      print -r -- "${answer##*varve}"
      zpty -d shell
      """;

  @TempDir private Path directory;
  private Path script;

  @BeforeEach
  void write() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(new byte[0]),
            Optional.empty(),
            false,
            false,
            Map.of());
    assertThat(Main.run(terminal, "completion")).isZero();
    script = Files.write(directory.resolve("completion"), out.toByteArray());
  }

  private String output(String... command) throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .start();
    boolean ended = process.waitFor(4, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended).as("the shell ended").isTrue();
    return Files.readString(out).strip();
  }

  @ParameterizedTest
  @CsvSource({
    "varve br, branch",
    "varve branch cr, create",
    "varve branch create --fr, --from",
    "varve ingest t f --mode up, upsert"
  })
  void bashCompletes(String typed, String completed) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", BASH, "bash", script.toString()));
    command.addAll(List.of(typed.split(" ", -1)));
    assertThat(output(command.toArray(String[]::new))).isEqualTo(completed);
  }

  @Test
  void zshCompletes() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/zsh")), "there is no zsh");
    assertThat(output("zsh", "-f", "-c", ZSH, "zsh", script.toString(), "varve br", "branch"))
        .contains("branch");
  }
}
