package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.http.Caller.Answer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a line of CSV and a JSON object may be. */
class LongLinesApiTest extends ApiTest {
  private static final int MIB = 1 << 20;
  private static final int ANSWER_CHARS = 2000;

  /** A row whose line, without its end, has so many bytes. */
  private static String csv(int lineBytes) {
    return "a,b\n1,x\n2," + "y".repeat(lineBytes - 2) + "\n3,z\n";
  }

  private static String json(String before, int objectBytes, String between, String after) {
    String begin = "{\"a\":2,\"b\":\"";
    String big = begin + "y".repeat(objectBytes - begin.length() - 2) + "\"}";
    return before + "{\"a\":1,\"b\":\"x\"}" + between + big + after;
  }

  @ParameterizedTest
  @ValueSource(ints = {2 * MIB - 100, 2 * MIB - 2})
  void aLineOfCsvUpToTheLimitIsTaken(int bytes) {
    Answer answer = ingest("t", "?format=csv", csv(bytes));
    assertThat(answer.status()).as(shortened(answer)).isEqualTo(200);
    assertThat(rows("SELECT a, length(b) FROM t ORDER BY a"))
        .isEqualTo("[[1,1],[2,%d],[3,1]]".formatted(bytes - 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {2 * MIB + 1, 2 * MIB + 100, 3 * MIB, 40 * MIB})
  void aLongerLineOfCsvIsRefusedAndNothingIsKept(int bytes) {
    requireRefused(ingest("t", "?format=csv", csv(bytes)));
  }

  @ParameterizedTest
  @CsvSource({"16777116", "16777216"})
  void aJsonObjectUpToTheLimitIsTaken(int bytes) {
    Answer lines = ingest("lines", "?format=jsonl", json("", bytes, "\n", "\n"));
    assertThat(lines.status()).as(shortened(lines)).isEqualTo(200);
    Answer array = ingest("arrays", "?format=json", json("[", bytes, ",\n", "]"));
    assertThat(array.status()).as(shortened(array)).isEqualTo(200);
    String expected = "[[1,1],[2,%d]]".formatted(bytes - 14);
    assertThat(rows("SELECT a, length(b) FROM lines ORDER BY a")).isEqualTo(expected);
    assertThat(rows("SELECT a, length(b) FROM arrays ORDER BY a")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {32 * MIB + 100, 40 * MIB})
  void aJsonObjectOfTwiceThatIsRefusedAndNothingIsKept(int bytes) {
    requireRefused(ingest("t", "?format=jsonl", json("", bytes, "\n", "\n")));
    requireRefused(ingest("t", "?format=json", json("[", bytes, ",\n", "]")));
  }

  private void requireRefused(Answer answer) {
    assertThat(answer.status()).as(shortened(answer)).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("invalid-data");
    assertThat(answer.body().length()).as(shortened(answer)).isLessThan(ANSWER_CHARS);
    assertThat(texts(get("/tables"), "name")).isEmpty();
    assertThat(get("/log").json().path("items")).hasSize(1);
  }

  private static String shortened(Answer answer) {
    String body = answer.body();
    return body.length() <= ANSWER_CHARS ? body : body.substring(0, ANSWER_CHARS);
  }
}
