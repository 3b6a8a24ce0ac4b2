package dev.varve.server.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The media types the server speaks, and what a client accepts of them. */
public final class MediaTypes {
  public static final String JSON = "application/json";
  public static final String JSON_LINES = "application/x-ndjson";
  public static final String CSV = "text/csv";
  public static final String ARROW = "application/vnd.apache.arrow.stream";
  public static final String PARQUET = "application/vnd.apache.parquet";
  public static final String BINARY = "application/octet-stream";
  public static final String HTML = "text/html";
  public static final String TEXT = "text/plain";

  private MediaTypes() {}

  /**
   * Whether an {@code Accept} header (null or empty accepts all) accepts one of {@code offered}.
   */
  static boolean accepts(String header, List<String> offered) {
    if (header == null || header.isBlank()) {
      return true;
    }
    return Arrays.stream(header.split(",", -1))
        .map(String::strip)
        .filter(range -> !refuses(range))
        .map(MediaTypes::bare)
        .anyMatch(range -> offered.stream().anyMatch(type -> covers(range, bare(type))));
  }

  /** The type without parameters, in lower case. */
  static String bare(String type) {
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  private static boolean refuses(String range) {
    return range.replace(" ", "").matches(".*;q=0(\\.0*)?(;.*)?");
  }

  private static boolean covers(String range, String type) {
    return range.equals("*/*")
        || range.equals(type)
        || (range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1)));
  }
}
