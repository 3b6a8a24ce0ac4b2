package dev.varve.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/** The one form of every error answer. */
@Doc("Why a request failed.")
public record ErrorBody(ErrorBody.Detail error) {
  /** What went wrong. */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Detail(
      @Doc("A stable code to branch on, in kebab-case.") String code,
      @Doc("What could not be done and why, for people.") String message,
      @Doc("What to do next.") Optional<String> hint,
      @Doc("Names and values of the error; a conflict has its tables here.") Object details,
      @Doc("The request's id, as in the X-Request-Id header and the server's log.")
          String requestId) {}
}
