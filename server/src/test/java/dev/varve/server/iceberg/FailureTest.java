package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailureTest {

  @ParameterizedTest
  @CsvSource({
    "COMMIT_CONFLICT,     409, CommitFailedException",
    "ID_REUSED,           409, CommitFailedException",
    "TABLE_EXISTS,        409, AlreadyExistsException",
    "NAMESPACE_NOT_EMPTY, 409, NamespaceNotEmptyException",
    "TABLE_NOT_FOUND,     404, NoSuchTableException",
    "NAMESPACE_NOT_FOUND, 404, NoSuchNamespaceException",
    "REF_NOT_FOUND,       404, NotFoundException",
    "FORBIDDEN,           403, ForbiddenException",
    "INVALID_SCHEMA,      400, BadRequestException",
    "PAYLOAD_TOO_LARGE,   413, BadRequestException",
    "OUTCOME_UNKNOWN,     500, CommitStateUnknownException",
    "STORE_FAILED,        500, InternalServerError"
  })
  void saysWhatHappenedInTheProtocolsWords(ErrorCode code, int status, String type) {
    ErrorResponse error = error(Failure.reply(new VarveException(code, "why", "do this")));

    assertThat(error.code()).isEqualTo(status);
    assertThat(error.type()).isEqualTo(type);
    assertThat(error.message()).isEqualTo("why; do this");
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void onlyFaultsOfThisSideLeaveTheOutcomeOpen(ErrorCode code) {
    boolean ours =
        code.category() == ErrorCategory.INTERNAL || code.category() == ErrorCategory.UNAVAILABLE;

    assertThat(Failure.reply(new VarveException(code, "why")).status() >= 500).isEqualTo(ours);
  }

  @Test
  void aBusyServerSaysWhenToComeBack() {
    Reply reply = Failure.reply(new VarveException(ErrorCode.BUSY, "too many writes wait"));

    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.headers()).containsEntry("Retry-After", "1");
  }

  @Test
  void conflictsAreFoundBelowOtherExceptions() {
    VarveException moved = new RefMovedException("main", "3f2a91c0", "77b0d114");

    assertThat(Failure.reply(new CommitFailedException(moved, "stale")).status()).isEqualTo(409);
    assertThat(Failure.reply(new IllegalStateException(moved)).status()).isEqualTo(409);
    assertThat(Failure.reply(new IllegalStateException("bug")).status()).isEqualTo(500);
  }

  private static ErrorResponse error(Reply reply) {
    return (ErrorResponse) reply.body().orElseThrow();
  }
}
