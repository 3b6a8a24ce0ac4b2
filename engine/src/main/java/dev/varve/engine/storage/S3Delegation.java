package dev.varve.engine.storage;

import java.io.Closeable;
import java.util.Optional;

/**
 * What the server does for clients that have no credentials for the store.
 *
 * @param signer signs their requests
 * @param vendor gives them credentials for a while; empty if there is no role to take them from
 */
public record S3Delegation(S3RequestSigner signer, Optional<S3CredentialVendor> vendor)
    implements Closeable {
  @Override
  public void close() {
    signer.close();
    vendor.ifPresent(S3CredentialVendor::close);
  }
}
