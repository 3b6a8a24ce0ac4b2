package dev.varve.engine.storage;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The role that clients' credentials are taken from.
 *
 * @param arn such as {@code arn:aws:iam::123456789012:role/lake}; it may do what the warehouse
 *     needs
 * @param endpoint another security token service than AWS's
 */
public record S3Role(String arn, Optional<URI> endpoint) {
  private static final Pattern ARN = Pattern.compile("arn:[a-z0-9-]+:iam::[^:]*:role/\\S+");

  public S3Role {
    if (!ARN.matcher(arn).matches()) {
      throw new IllegalArgumentException("a role looks like arn:aws:iam::123456789012:role/NAME");
    }
  }
}
