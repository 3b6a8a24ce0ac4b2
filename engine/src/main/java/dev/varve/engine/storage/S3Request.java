package dev.varve.engine.storage;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A request to S3 that is not signed yet.
 *
 * @param uri as it will be sent
 * @param headers as they will be sent, in any case
 */
public record S3Request(String method, URI uri, Map<String, List<String>> headers, String region) {
  public S3Request {
    headers = Map.copyOf(headers);
  }
}
