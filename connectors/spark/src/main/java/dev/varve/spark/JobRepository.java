package dev.varve.spark;

import dev.varve.client.ClientSettings;
import dev.varve.client.Credential;
import dev.varve.client.RemoteRepository;
import dev.varve.client.VarveClient;
import java.net.URI;

/** The repository that a submitted job works on. */
final class JobRepository {
  private JobRepository() {}

  /**
   * A repository of a server; one that asks who calls is told {@code VARVE_CREDENTIAL}, of the
   * environment.
   */
  static RemoteRepository of(String address, String repository) {
    ClientSettings settings = ClientSettings.of(URI.create(address));
    String credential = System.getenv().getOrDefault("VARVE_CREDENTIAL", "");
    return new VarveClient(
            credential.isBlank()
                ? settings
                : settings.withCredential(Credential.parse(credential.strip())))
        .repository(repository);
  }
}
