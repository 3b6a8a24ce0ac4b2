package dev.varve.server.iceberg;

import dev.varve.engine.storage.S3CredentialVendor;
import dev.varve.engine.storage.S3CredentialVendor.Vended;
import dev.varve.engine.storage.S3Delegation;
import dev.varve.engine.storage.S3Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.credentials.Credential;
import org.apache.iceberg.rest.credentials.ImmutableCredential;
import org.apache.iceberg.rest.requests.RemoteSignRequest;
import org.apache.iceberg.rest.responses.ImmutableLoadCredentialsResponse;
import org.apache.iceberg.rest.responses.ImmutableRemoteSignResponse;

/**
 * Access to files for clients without credentials for the store: the signature of each request, or
 * credentials for a while.
 *
 * <p>Whatever table they ask for, they reach the files of its repository: branches share files, and
 * a table that is being created has none yet.
 */
final class DelegationResource {
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private final Targets targets;
  private final Optional<S3Delegation> delegation;

  /**
   * @param delegation empty if clients reach the files without
   */
  DelegationResource(Targets targets, Optional<S3Delegation> delegation) {
    this.targets = targets;
    this.delegation = delegation;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    delegation.ifPresent(
        known ->
            routes.add(Route.reading(Endpoint.V1_TABLE_REMOTE_SIGN, call -> sign(known, call))));
    delegation
        .flatMap(S3Delegation::vendor)
        .ifPresent(
            vendor ->
                routes.add(
                    Route.reading(
                        Endpoint.V1_TABLE_CREDENTIALS, call -> credentials(vendor, call))));
    return routes;
  }

  private Reply sign(S3Delegation known, Call call) {
    Target target = targets.find(call.prefix());
    RemoteSignRequest request = call.body(RemoteSignRequest.class);
    Map<String, List<String>> headers =
        known
            .signer()
            .sign(
                new S3Request(request.method(), request.uri(), request.headers(), request.region()),
                files(target),
                target.branch().isPresent());
    // A signature is good for minutes, so a client may use it again for what reads.
    Map<String, String> caching =
        Map.of("Cache-Control", READING.contains(request.method()) ? "private" : "no-store");
    return new Reply(
        200,
        caching,
        Optional.of(
            ImmutableRemoteSignResponse.builder().uri(request.uri()).headers(headers).build()));
  }

  private Reply credentials(S3CredentialVendor vendor, Call call) {
    Target target = targets.find(call.prefix());
    return new Reply(
        200,
        Map.of("Cache-Control", "no-store"),
        Optional.of(
            ImmutableLoadCredentialsResponse.builder()
                .addCredentials(credential(vendor, target))
                .build()));
  }

  private static Credential credential(S3CredentialVendor vendor, Target target) {
    Vended vended = vendor.vend(files(target), target.branch().isPresent());
    return ImmutableCredential.builder()
        .prefix(vended.below() + "/")
        .putConfig("s3.access-key-id", vended.accessKeyId())
        .putConfig("s3.secret-access-key", vended.secretAccessKey())
        .putConfig("s3.session-token", vended.sessionToken())
        .putConfig("s3.session-token-expires-at-ms", Long.toString(vended.end().toEpochMilli()))
        .build();
  }

  /** Where the files of a repository lie. */
  private static String files(Target target) {
    return target.tables().warehouse().location()
        + "/"
        + target.tables().repository().name().text();
  }

  /** The same routes, whose answers that carry a table say how its files are reached. */
  List<Route> announcedBy(List<Route> routes) {
    if (delegation.isEmpty()) {
      return routes;
    }
    Optional<Delegated.Credentials> vendor =
        delegation
            .get()
            .vendor()
            .map(known -> call -> credential(known, targets.find(call.prefix())));
    return routes.stream().map(route -> new Delegated(vendor).of(route)).toList();
  }
}
