package dev.varve.server.lake;

import dev.varve.engine.storage.CacheSettings;
import dev.varve.engine.storage.HdfsStorage;
import dev.varve.engine.storage.S3Role;
import dev.varve.engine.storage.S3Settings;
import dev.varve.engine.storage.S3Storage;
import dev.varve.engine.table.Warehouse;
import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingException;
import dev.varve.server.settings.SettingValues;
import dev.varve.server.settings.Size;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the files of tables lie.
 *
 * @param location a directory, {@code s3://bucket/prefix} or {@code hdfs://host:port/path}; empty
 *     for a place within the data directory
 * @param cacheSize how many bytes of remote files are kept on this machine
 * @param s3 how an S3 store is reached
 * @param hdfs the directory of Hadoop's configuration, if any
 */
public record WarehouseSettings(
    Optional<String> location, Size cacheSize, S3Settings s3, Optional<Path> hdfs) {
  private static final Pattern HDFS = Pattern.compile("hdfs://[^/]+/.*");
  private static final String HADOOP_CONFIGURATION = "HADOOP_CONF_DIR";
  private static final Pattern S3 = Pattern.compile("s3[an]?://[^/]+(/.*)?");

  private static final Setting<String> LOCATION =
      Setting.text(
          "warehouse",
          "",
          4096,
          "Where the files of tables lie: a directory, s3://BUCKET/PREFIX or hdfs://HOST:PORT/PATH;"
              + " 'warehouse' in the data directory without one.");
  private static final Setting<Size> CACHE_SIZE =
      Setting.size(
          "cache.size",
          Size.ofGib(10),
          Size.ofMib(1),
          Size.ofGib(1 << 20),
          "Room on the local disk for copies of remote files; what one statement reads must fit.");
  private static final Setting<String> ENDPOINT =
      Setting.text(
          "s3.endpoint", "", 4096, "The address of another S3 store than AWS's, with http(s)://.");
  private static final Setting<String> REGION =
      Setting.text(
          "s3.region", "", 64, "The region of the bucket; without one it is AWS_REGION's.");
  private static final Setting<S3Settings.Addressing> ADDRESSING =
      Setting.choice(
          "s3.addressing",
          S3Settings.Addressing.class,
          S3Settings.Addressing.HOST,
          "Where the bucket's name goes: into the host, as AWS wants it, or into the path.");
  private static final Setting<Duration> TIMEOUT =
      Setting.duration(
          "s3.timeout",
          Duration.ofSeconds(30),
          Duration.ofMillis(100),
          Duration.ofHours(1),
          "How long to wait for a connection to the store, and for each of its answers.");
  private static final Setting<S3Settings.ConditionalWrites> CONDITIONAL_WRITES =
      Setting.choice(
          "s3.conditional-writes",
          S3Settings.ConditionalWrites.class,
          S3Settings.ConditionalWrites.ON,
          "Whether signed writes carry If-None-Match, so that the store replaces no file; off for a"
              + " store that answers 501 to them.");

  private static final Setting<String> ROLE =
      Setting.text(
          "s3.role",
          "",
          2048,
          "The ARN of a role; clients that ask get its credentials, for their tables and an hour.");
  private static final Setting<String> STS_ENDPOINT =
      Setting.text(
          "s3.sts-endpoint",
          "",
          4096,
          "The address of another token service than AWS's, which gives out that role.");

  private static final Setting<String> HDFS_CONFIGURATION =
      Setting.text(
          "hdfs.configuration",
          "",
          4096,
          "The directory of Hadoop's core-site.xml and hdfs-site.xml; without one it is"
              + " HADOOP_CONF_DIR's.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL =
      List.of(
          LOCATION,
          CACHE_SIZE,
          ENDPOINT,
          REGION,
          ADDRESSING,
          TIMEOUT,
          CONDITIONAL_WRITES,
          ROLE,
          STS_ENDPOINT,
          HDFS_CONFIGURATION);

  /**
   * Reads what a start was given.
   *
   * @throws SettingException if a location or address cannot be used
   */
  public static WarehouseSettings of(SettingValues values) {
    Optional<String> location = given(values.get(LOCATION));
    Optional<URI> endpoint = given(values.get(ENDPOINT)).map(WarehouseSettings::endpoint);
    location.ifPresent(WarehouseSettings::requireKnown);
    return new WarehouseSettings(
        location,
        values.get(CACHE_SIZE),
        new S3Settings(
            endpoint,
            given(values.get(REGION)),
            values.get(ADDRESSING),
            values.get(TIMEOUT),
            values.get(CONDITIONAL_WRITES),
            role(values)),
        given(values.get(HDFS_CONFIGURATION))
            .or(() -> Optional.ofNullable(System.getenv(HADOOP_CONFIGURATION)))
            .map(Path::of));
  }

  private static Optional<S3Role> role(SettingValues values) {
    Optional<URI> endpoint = given(values.get(STS_ENDPOINT)).map(WarehouseSettings::endpoint);
    try {
      return given(values.get(ROLE)).map(arn -> new S3Role(arn, endpoint));
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          "cannot use '" + values.get(ROLE) + "' for 's3.role'", e.getMessage());
    }
  }

  /**
   * Opens the warehouse.
   *
   * @param data the directory of what the server keeps on this machine
   * @throws dev.varve.catalog.error.VarveException if it cannot be used
   */
  public Warehouse open(Path data) {
    String place = location.orElse(data.resolve("warehouse").toString());
    if (S3.matcher(place).matches()) {
      return Warehouse.of(S3Storage.open(place, s3, cache(data)), data.resolve("attempts"));
    }
    if (HDFS.matcher(place).matches()) {
      return Warehouse.of(HdfsStorage.open(place, hdfs, cache(data)), data.resolve("attempts"));
    }
    return Warehouse.local(
        Path.of(place.startsWith("file:") ? URI.create(place).getPath() : place));
  }

  private CacheSettings cache(Path data) {
    CacheSettings defaults = CacheSettings.defaults(data.resolve("cache"));
    return new CacheSettings(
        defaults.directory(), cacheSize.bytes(), defaults.downloads(), defaults.patience());
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(it -> !it.isBlank());
  }

  private static void requireKnown(String location) {
    if (location.contains("://")
        && !location.startsWith("file:///")
        && !S3.matcher(location).matches()
        && !HDFS.matcher(location).matches()) {
      throw new SettingException(
          "cannot use '" + location + "' as the warehouse",
          "it is a directory, s3://BUCKET, s3://BUCKET/PREFIX or hdfs://HOST:PORT/PATH");
    }
  }

  private static URI endpoint(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new SettingException(
        "cannot use '" + text + "' for 's3.endpoint': it is no address of a store",
        "write it as https://HOST or http://HOST:PORT");
  }
}
