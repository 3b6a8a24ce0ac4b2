package dev.varve.server.http;

import java.util.Locale;

/** Errors of the HTTP conversation itself; what the lake says has its own codes. */
public enum HttpErrorCode {
  INVALID_PARAMETER(400),
  INVALID_BODY(400),
  INVALID_HEADER(400),
  UNAUTHENTICATED(401),
  CROSS_ORIGIN_WRITE(403),
  ROUTE_NOT_FOUND(404),
  METHOD_NOT_ALLOWED(405),
  NOT_ACCEPTABLE(406),
  REQUEST_TIMEOUT(408),
  IDEMPOTENCY_KEY_IN_USE(409),
  PAYLOAD_TOO_LARGE(413),
  UNSUPPORTED_MEDIA_TYPE(415),
  HOST_NOT_ALLOWED(421),
  IDEMPOTENCY_KEY_REUSED(422),
  BUSY(429),
  INTERNAL(500),
  SHUTTING_DOWN(503);

  private final int status;

  HttpErrorCode(int status) {
    this.status = status;
  }

  /** The HTTP status of every answer with this code. */
  public int status() {
    return status;
  }

  /** The code as clients see it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
