package dev.varve.catalog.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision.Ancestor;
import dev.varve.catalog.history.Revision.AsOf;
import dev.varve.catalog.history.Revision.Moved;
import dev.varve.catalog.history.Revision.Named;
import dev.varve.catalog.history.Revision.Parent;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTest {
  @Test
  void namesMayBeOfAKind() {
    assertThat(Revision.parse("main").start()).isEqualTo(named("main", null));
    assertThat(Revision.parse("feature/a").start()).isEqualTo(named("feature/a", null));
    assertThat(Revision.parse("refs/heads/a/b").start()).isEqualTo(named("a/b", RefKind.BRANCH));
    assertThat(Revision.parse("refs/tags/v1.0").start()).isEqualTo(named("v1.0", RefKind.TAG));
  }

  @Test
  void idsAreWholeOrPerhapsTheirFirstDigits() {
    ObjectId id = ObjectId.of(new byte[0]);
    assertThat(Revision.parse(id.hex()).start()).isEqualTo(new Revision.Id(id));
    assertThat(prefix(id.hex().substring(0, 8))).contains(id.abbreviate());
    assertThat(prefix("DEADBEEF")).contains("deadbeef");
    assertThat(prefix("deadbee")).isEmpty();
    assertThat(prefix("refs/heads/deadbeef")).isEmpty();
  }

  @Test
  void stepsFollowOneAnother() {
    assertThat(Revision.parse("main~2^2~1").steps())
        .containsExactly(new Ancestor(2), new Parent(2), new Ancestor(1));
    assertThat(Revision.parse("main~^^0~0").steps())
        .containsExactly(new Ancestor(1), new Parent(1), new Parent(0), new Ancestor(0));
    assertThat(Revision.parse("main@{2}^2").steps()).containsExactly(new Parent(2));
    assertThat(Revision.parse("main@2026-11-01T00:00:00Z~1").steps())
        .containsExactly(new Ancestor(1));
  }

  @Test
  void earlierPlacesAreByMovesOrByTime() {
    RefName main = RefName.parse("main");
    assertThat(Revision.parse("main@{2}").start()).isEqualTo(new Moved(main, 2));
    assertThat(Revision.parse("main@2026-11-01T00:00:00Z").start())
        .isEqualTo(new AsOf(main, Instant.parse("2026-11-01T00:00:00Z")));
    assertThat(Revision.parse("a@b@2026-11-01").start())
        .isEqualTo(new AsOf(RefName.parse("a@b"), Instant.parse("2026-11-01T00:00:00Z")));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-01T12:30:00Z,             2026-11-01T12:30:00Z",
    "2026-11-01T12:30:00+02:00,        2026-11-01T10:30:00Z",
    "2026-11-01T12:30:00.123456Z,      2026-11-01T12:30:00.123456Z",
    "2026-11-01T12:30:00,              2026-11-01T12:30:00Z",
    "2026-11-01 12:30:00,              2026-11-01T12:30:00Z",
    "2026-11-01 12:30,                 2026-11-01T12:30:00Z",
    "2026-11-01,                       2026-11-01T00:00:00Z"
  })
  void timesAreIsoAndUtcWhereNoZoneIsGiven(String text, Instant time) {
    assertThat(Revision.parseTime(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "~1",
        "^",
        "@{1}",
        "main@{x}",
        "main@{-1}",
        "main~x",
        "main^-1",
        "main..dev",
        "a b",
        "main@2026-13-01T00:00:00Z",
        "main@2026-",
        "main:t",
        "main~99999999999",
        "refs/heads/",
        "refs/remotes/x"
      })
  void whatIsNoRevisionIsRefused(String text) {
    assertThatThrownBy(() -> Revision.parse(text))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REVISION));
  }

  @Test
  void aVeryLongTextIsRefusedQuicklyAndShownInPart() {
    assertThatThrownBy(() -> Revision.parse("main" + "^~".repeat(100_000)))
        .isInstanceOf(VarveException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  @Test
  void whatIsPrintedIsReadBack() {
    Revision asOf = Revision.of(RefName.parse("main"), Instant.parse("2026-11-01T00:00:00.5Z"));
    assertThat(Revision.parse(asOf.text())).isEqualTo(asOf);
    Revision id = Revision.of(ObjectId.of(new byte[0]));
    assertThat(Revision.parse(id.text())).isEqualTo(id);
  }

  private static Named named(String name, RefKind kind) {
    return new Named(RefName.parse(name), Optional.ofNullable(kind));
  }

  private static Optional<String> prefix(String text) {
    return ((Named) Revision.parse(text).start()).idPrefix();
  }
}
