package dev.varve.server.api;

import dev.varve.catalog.object.ObjectId;
import dev.varve.server.http.HttpErrorCode;
import dev.varve.server.http.RequestRefused;

/** Reads the ids in bodies. */
final class Ids {
  private Ids() {}

  static ObjectId commit(String text) {
    try {
      return ObjectId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_BODY, "cannot read the body: 'expected' is not a full commit id");
    }
  }
}
