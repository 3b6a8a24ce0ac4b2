package dev.varve.server;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingException;
import dev.varve.server.settings.SettingValues;
import dev.varve.server.settings.SettingValues.Source;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What a server's start was given: arguments, which win over the environment, which wins over a
 * properties file.
 */
record CommandLine(boolean help, boolean version, Map<String, String> texts) {
  private static final String ENVIRONMENT = "VARVE_SERVER_";
  private static final String CONFIG = "config";

  CommandLine {
    texts = new TreeMap<>(texts);
  }

  /**
   * Reads {@code --key value} and {@code --key=value}.
   *
   * @throws SettingException for what is neither
   */
  static CommandLine parse(List<String> arguments) {
    Map<String, String> texts = new TreeMap<>();
    boolean help = false;
    boolean version = false;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--help") || argument.equals("-h")) {
        help = true;
      } else if (argument.equals("--version")) {
        version = true;
      } else if (!argument.startsWith("--")) {
        throw new SettingException(
            "unexpected argument '" + argument + "'", "settings are given as '--port 19130'");
      } else if (argument.contains("=")) {
        int split = argument.indexOf('=');
        put(texts, argument.substring(2, split), argument.substring(split + 1));
      } else if (i + 1 < arguments.size()) {
        put(texts, argument.substring(2), arguments.get(++i));
      } else {
        throw new SettingException(
            "'" + argument + "' has no value", "settings are given as '--port 19130'");
      }
    }
    return new CommandLine(help, version, texts);
  }

  private static void put(Map<String, String> texts, String key, String text) {
    if (texts.put(key, text) != null) {
      throw new SettingException("'--" + key + "' is given more than once", Optional.empty());
    }
  }

  /** Reads every source. */
  SettingValues values(Map<String, String> environment) {
    List<Source> sources = new ArrayList<>();
    Optional.ofNullable(texts.get(CONFIG)).ifPresent(file -> sources.add(fromFile(Path.of(file))));
    sources.add(new Source("the environment", fromEnvironment(environment)));
    Map<String, String> own = new TreeMap<>(texts);
    own.remove(CONFIG);
    sources.add(new Source("the command line", own));
    return SettingValues.read(ServerSettings.ALL, sources);
  }

  private static Source fromFile(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new SettingException(
          "cannot read the settings in '%s'%s"
              .formatted(file, Files.exists(file) ? "" : ": no such file"),
          "it is a file of lines 'key = value'");
    }
    Map<String, String> texts = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> texts.put(key, properties.getProperty(key)));
    return new Source("'" + file + "'", texts);
  }

  /** {@code VARVE_SERVER_HTTP_MAX_BODY} is {@code http.max-body}. */
  private static Map<String, String> fromEnvironment(Map<String, String> environment) {
    Map<String, String> keys = new TreeMap<>();
    ServerSettings.ALL.forEach(setting -> keys.put(variable(setting), setting.key()));
    Map<String, String> texts = new TreeMap<>();
    environment.forEach(
        (name, text) -> {
          if (name.startsWith(ENVIRONMENT)) {
            String unknown =
                name.substring(ENVIRONMENT.length()).toLowerCase(Locale.ROOT).replace('_', '-');
            texts.put(keys.getOrDefault(name, unknown), text);
          }
        });
    return texts;
  }

  private static String variable(Setting<?> setting) {
    return ENVIRONMENT + setting.key().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The text of {@code --help}. */
  static String usage() {
    StringBuilder text = new StringBuilder();
    text.append("Starts a Varve server.\n\n");
    text.append("  varve serve [--port N] [--data DIR] [--host ADDRESS] [--config FILE] …\n\n");
    text.append("Settings, as '--key value', as 'key = value' in a file given by '--config',\n");
    text.append("or in the environment as VARVE_SERVER_KEY:\n\n");
    for (Setting<?> setting : ServerSettings.ALL) {
      text.append("  --").append(setting.key()).append('\n');
      text.append("      ").append(setting.sentence()).append('\n');
      text.append("      default ").append(orNone(setting.fallbackText()));
      text.append(", ").append(setting.range()).append('\n');
    }
    return text.toString();
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "none" : text;
  }
}
