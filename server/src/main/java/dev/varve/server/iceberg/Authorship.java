package dev.varve.server.iceberg;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.engine.table.WriteOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Who makes a commit and why, as far as an engine says it.
 *
 * <p>In this order: the snapshot properties {@code varve.author} and {@code varve.message}; the
 * headers {@code X-Varve-Author} and {@code X-Varve-Message}, which a catalog sends when it is
 * configured with {@code header.X-Varve-Author}; the client's name, if it was asked for it; the
 * engine's name, from the snapshot or the client's headers. A message that nobody gives is derived
 * from what the commit does.
 */
final class Authorship {

  static final String AUTHOR_HEADER = "X-Varve-Author";
  static final String MESSAGE_HEADER = "X-Varve-Message";
  private static final String AUTHOR_PROPERTY = "varve.author";
  private static final String MESSAGE_PROPERTY = "varve.message";
  private static final String ENGINE_NAME = "engine-name";
  private static final Pattern END_OF_PRODUCT = Pattern.compile("[/ ]");

  /** What a snapshot's summary says about its writer and the commit keeps. */
  private static final List<String> KEPT = List.of(ENGINE_NAME, "engine-version", "app-id");

  /** Products that say how a request was sent, not who sent it. */
  private static final Set<String> TRANSPORTS =
      Set.of("apache-httpclient", "java-http-client", "java", "python-requests", "okhttp", "curl");

  private Authorship() {}

  /** The options of a commit that adds no snapshot. */
  static WriteOptions of(Call call, Target target) {
    return of(call, target, List.of());
  }

  /** The options of the commit that {@code updates} make. */
  static WriteOptions of(Call call, Target target, List<MetadataUpdate> updates) {
    Map<String, String> summary = summary(updates);
    SortedMap<String, String> properties = new TreeMap<>();
    KEPT.forEach(
        key -> Optional.ofNullable(summary.get(key)).ifPresent(it -> properties.put(key, it)));
    return new WriteOptions(
        target.writable(),
        author(call, summary),
        given(call, MESSAGE_HEADER, summary, MESSAGE_PROPERTY),
        properties,
        call.writeKey());
  }

  /** The name of the engine that made a call. */
  static String engine(Call call) {
    return engine(call, Map.of());
  }

  private static Author author(Call call, Map<String, String> summary) {
    Optional<String> given = given(call, AUTHOR_HEADER, summary, AUTHOR_PROPERTY);
    if (given.isEmpty()) {
      return Author.named(call.client().orElseGet(() -> engine(call, summary)));
    }
    try {
      return Author.parse(given.get());
    } catch (VarveException e) {
      throw new BadRequestException(
          e, "cannot read the author '%s', expected 'Name <mail>' or 'Name'", given.get());
    }
  }

  private static Optional<String> given(
      Call call, String header, Map<String, String> summary, String property) {
    return Optional.ofNullable(summary.get(property))
        .or(() -> call.header(header))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static String engine(Call call, Map<String, String> summary) {
    String named = summary.get(ENGINE_NAME);
    if (named != null && !named.isBlank()) {
      return named.strip();
    }
    String product =
        END_OF_PRODUCT.split(call.header("User-Agent").orElse(""), 2)[0].toLowerCase(Locale.ROOT);
    return product.isEmpty() || TRANSPORTS.contains(product) ? "iceberg" : product;
  }

  private static Map<String, String> summary(List<MetadataUpdate> updates) {
    Map<String, String> summary = Map.of();
    for (MetadataUpdate update : updates) {
      if (update instanceof MetadataUpdate.AddSnapshot added) {
        summary = added.snapshot().summary();
      }
    }
    return summary;
  }
}
