package dev.varve.server;

import dev.varve.server.api.QuerySettings;
import dev.varve.server.auth.AuthSettings;
import dev.varve.server.http.HttpSettings;
import dev.varve.server.iceberg.IcebergSettings;
import dev.varve.server.lake.LakeSettings;
import dev.varve.server.lake.WarehouseSettings;
import dev.varve.server.log.LogSettings;
import dev.varve.server.maintenance.BackupSettings;
import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingException;
import dev.varve.server.settings.SettingValues;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Everything that can be set when a server starts. */
public record ServerSettings(
    String host,
    int port,
    Path data,
    AuthSettings auth,
    WarehouseSettings warehouse,
    HttpSettings http,
    QuerySettings query,
    LakeSettings lakes,
    IcebergSettings iceberg,
    BackupSettings backup,
    LogSettings log) {
  private static final Setting<String> HOST =
      Setting.text(
          "host",
          "127.0.0.1",
          255,
          "The address to listen on; one that other machines reach needs 'auth.credentials'.");
  private static final Setting<Integer> PORT =
      Setting.integer("port", 19130, 0, 65_535, "The port to listen on; 0 picks a free one.");
  private static final Setting<String> DATA =
      Setting.text(
          "data", "./varve-data", 4096, "The directory that holds the history and the tables.");

  /** Every setting there is, in the order of the help. */
  public static final List<Setting<?>> ALL =
      Stream.of(
              List.<Setting<?>>of(PORT, HOST, DATA),
              AuthSettings.ALL,
              WarehouseSettings.ALL,
              HttpSettings.ALL,
              QuerySettings.ALL,
              LakeSettings.ALL,
              IcebergSettings.ALL,
              BackupSettings.ALL,
              LogSettings.ALL)
          .flatMap(List::stream)
          .<Setting<?>>map(setting -> setting)
          .toList();

  /**
   * Reads what a start was given.
   *
   * @throws SettingException if other machines could reach the address, and every one of them could
   *     do as it likes
   */
  public static ServerSettings of(SettingValues values) {
    String host = values.get(HOST);
    AuthSettings auth = AuthSettings.of(values);
    checkAddress(host, auth);
    return new ServerSettings(
        host,
        values.get(PORT),
        Path.of(values.get(DATA)),
        auth,
        WarehouseSettings.of(values),
        HttpSettings.of(values),
        QuerySettings.of(values),
        LakeSettings.of(values),
        IcebergSettings.of(values),
        BackupSettings.of(values),
        LogSettings.of(values));
  }

  private static void checkAddress(String host, AuthSettings auth) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new SettingException(
          "cannot listen on '" + host + "': there is no such address",
          "use '--host 127.0.0.1', or leave it out");
    }
    if (host.isEmpty() || !(address.isLoopbackAddress() || auth.credentials().isPresent())) {
      throw new SettingException(
          "cannot listen on '"
              + host
              + "': other machines could reach it, and nobody would be asked who they are",
          "make a credential with 'varve credential NAME --file FILE' and start with"
              + " '--auth.credentials FILE'; or use '--host 127.0.0.1', and a tunnel such as"
              + " 'ssh -L 19130:127.0.0.1:19130' from elsewhere");
    }
  }
}
