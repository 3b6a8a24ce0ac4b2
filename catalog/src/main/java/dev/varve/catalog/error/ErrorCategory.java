package dev.varve.catalog.error;

/** The kinds of failure that a caller treats differently. */
public enum ErrorCategory {
  /** The request can never succeed as it is. */
  INVALID,
  /** Something that the request names is not there. */
  NOT_FOUND,
  /** Something that the request would create is there already. */
  EXISTS,
  /** Somebody else was faster, or two sides disagree: nothing was written; read again and retry. */
  CONFLICT,
  /** A limit was reached; nothing was written. */
  LIMIT,
  /** The service cannot take requests now; nothing was written. */
  UNAVAILABLE,
  /** The fault is on this side. */
  INTERNAL
}
