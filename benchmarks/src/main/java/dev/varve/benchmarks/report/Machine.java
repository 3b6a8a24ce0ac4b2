package dev.varve.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The machine that measures. */
public final class Machine {
  private Machine() {}

  /** Its processors, memory, system and Java, in one line. */
  public static String describe() {
    return String.format(
        Locale.ROOT,
        "%d × %s, %s GiB, %s %s, Java %s",
        Runtime.getRuntime().availableProcessors(),
        value("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
        memory(),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("java.version"));
  }

  /** The load average of the last minute: what others take of it shows here. */
  public static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String memory() {
    String kibibytes = value("/proc/meminfo", "MemTotal", "0").replaceAll("\\D", "");
    return String.valueOf(Math.round(Long.parseLong(kibibytes) / 1024.0 / 1024));
  }

  private static String value(String file, String name, String otherwise) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }
}
