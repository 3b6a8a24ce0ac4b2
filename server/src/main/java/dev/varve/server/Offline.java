package dev.varve.server;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.engine.table.FsckLevel;
import dev.varve.engine.table.TableSettings;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.Warehouse;
import dev.varve.server.auth.CredentialFile;
import dev.varve.server.http.Json;
import dev.varve.server.maintenance.BackupCheck;
import dev.varve.server.maintenance.BackupDirectory;
import dev.varve.server.maintenance.BackupManifest;
import dev.varve.server.maintenance.FsckRun;
import dev.varve.server.maintenance.FsckView;
import dev.varve.server.settings.SettingException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is done without a server: {@code fsck --data DIR}, {@code restore BACKUPS --data DIR} and
 * {@code credential NAME --file FILE}. Run by the launcher, which knows the server's classes.
 */
final class Offline {
  /** The exit code when something is wrong with what was looked at. */
  static final int DAMAGED = 4;

  private static final Set<String> FLAGS = Set.of("--json", "--unreachable", "--help", "-h");
  private static final String RESTORE_HELP =
      """
      Usage: varve restore BACKUPS --data DIR [--backup N] [--json]
      Make a data directory of a backup, and verify it. No server may use DIR, which must be empty
      or not be there. Files are brought back to where tables say that they are, the absolute path of
      the warehouse that was backed up; files that are there are left alone.

        BACKUPS        the server's backup.directory
        --data DIR     the new data directory
        --backup N     which backup (default: the newest); see 'varve backup list'
        --json         print what was found as JSON lines

      Exit codes: 0 restored and clean, 4 restored and damage found, 1 failed, 2 wrongly typed.

      Examples:
        varve restore /backup/varve --data /srv/lake
        varve restore /backup/varve --data /srv/lake --backup 12
      """;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Deque<String> words = new ArrayDeque<>();
  private final Set<String> flags = new HashSet<>();
  private final Map<String, String> values = new HashMap<>();

  private Offline(List<String> arguments, Set<String> known) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String word = rest.pop();
      if (!word.startsWith("-")) {
        words.add(word);
      } else if (FLAGS.contains(word)) {
        flags.add(word);
      } else {
        int split = word.indexOf('=');
        String name = split < 0 ? word : word.substring(0, split);
        String value = split < 0 ? rest.poll() : word.substring(split + 1);
        if (!known.contains(name) || value == null) {
          throw new SettingException(
              known.contains(name) ? "'" + name + "' has no value" : "there is no '" + name + "'",
              "known are " + String.join(", ", known.stream().sorted().toList()));
        }
        values.put(name, value);
      }
    }
  }

  static boolean knows(String command) {
    return Set.of("fsck", "restore", "credential").contains(command);
  }

  /** Runs a command and gives its exit code. */
  static int run(String command, List<String> arguments) {
    return switch (command) {
      case "fsck" -> new Offline(arguments, Set.of("--data", "--level", "--repo")).fsck();
      case "restore" -> new Offline(arguments, Set.of("--data", "--backup")).restore();
      case "credential" -> new Offline(arguments, Set.of("--file")).credential();
      default -> throw new IllegalArgumentException(command);
    };
  }

  private int fsck() {
    Path data = data();
    FsckLevel level = level(values.getOrDefault("--level", "metadata"));
    FsckScope scope = flags.contains("--unreachable") ? FsckScope.EVERYTHING : FsckScope.REACHABLE;
    if (!Files.isDirectory(data.resolve("catalog"))) {
      throw new SettingException(
          "'" + data + "' is no data directory: there is no catalog in it",
          "name the directory that 'varve serve --data' was started with");
    }
    boolean clean = true;
    try (DataDirectory directory = DataDirectory.open(data);
        Catalog catalog = Catalog.open(directory.catalog(), CatalogSettings.defaults())) {
      Warehouse warehouse = Warehouse.local(directory.warehouse());
      for (RepositoryName name : names(catalog)) {
        Tables tables = new Tables(catalog.repository(name), warehouse, TableSettings.defaults());
        FsckView view = FsckRun.run(tables, level, scope, this::tell);
        clean &= view.clean();
        if (flags.contains("--json")) {
          line(Map.of("repository", name.text(), "result", view));
        } else {
          out.printf(
              Locale.ROOT,
              "%s: %,d commits, %,d nodes, %,d values, %,d refs, %,d files; %s%n",
              name,
              view.commits(),
              view.nodes(),
              view.values(),
              view.refs(),
              view.metadataFiles() + view.manifests() + view.dataFiles(),
              verdict(view.found()));
        }
      }
    }
    return clean ? 0 : DAMAGED;
  }

  private List<RepositoryName> names(Catalog catalog) {
    return Optional.ofNullable(values.get("--repo"))
        .map(name -> List.of(new RepositoryName(name)))
        .orElseGet(catalog::repositories);
  }

  private int restore() {
    if (flags.contains("--help") || flags.contains("-h")) {
      out.print(RESTORE_HELP);
      return 0;
    }
    Path target = data();
    if (words.size() != 1) {
      throw new SettingException(
          "the directory of the backups is missing", "see 'varve restore --help'");
    }
    Path place = Path.of(words.peek()).toAbsolutePath().normalize();
    BackupDirectory backups = new BackupDirectory(place);
    BackupManifest manifest =
        backups.load(Optional.ofNullable(values.get("--backup")).map(Offline::number));
    BackupCheck check = backups.restore(manifest, target, this::tell);
    if (flags.contains("--json")) {
      line(Map.of("backup", manifest, "result", check));
    } else {
      out.printf(
          Locale.ROOT,
          "restored backup %d of %s to '%s': %,d objects, %,d files; %s%n",
          manifest.number(),
          manifest.time(),
          target,
          check.objects(),
          check.files(),
          verdict(check.found()));
      if (!manifest.withFiles()) {
        out.printf(
            "the files of tables are not in this backup; tables look for them in '%s'%n",
            manifest.warehouse());
      }
      out.printf("start it with: varve serve --data %s%n", target);
    }
    return check.clean() ? 0 : DAMAGED;
  }

  /** The credential goes to standard output, alone; what to do with it to standard error. */
  private int credential() {
    if (words.size() != 1 || !values.containsKey("--file")) {
      throw new SettingException(
          "a credential has a name, and a file that it is put into",
          "write: varve credential NAME --file FILE");
    }
    String name = words.peek();
    Path file = Path.of(values.get("--file")).toAbsolutePath().normalize();
    String secret;
    try {
      secret = CredentialFile.add(file, name);
    } catch (IOException e) {
      throw new SettingException(
          "cannot write the credentials to '" + file + "': " + e.getMessage(),
          "its directory must be there and writable");
    }
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    err.println("'" + name + "' is in '" + file + "'; its secret is kept nowhere but here:");
    out.println(name + ":" + secret);
    err.println("the server takes it from:   varve serve --auth.credentials " + file);
    err.println("the command line uses it:   export VARVE_CREDENTIAL=" + name + ":…");
    err.println("an Iceberg engine uses it:  credential=" + name + ":… and rest.auth.type=oauth2");
    return 0;
  }

  private static String verdict(long found) {
    return found == 0 ? "clean" : found + (found == 1 ? " finding" : " findings");
  }

  private Path data() {
    String text = values.get("--data");
    if (text == null) {
      throw new SettingException("'--data DIR' is missing", "it names the data directory");
    }
    return Path.of(text).toAbsolutePath().normalize();
  }

  private static FsckLevel level(String text) {
    return Arrays.stream(FsckLevel.values())
        .filter(level -> level.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new SettingException(
                    "'" + text + "' is no level", "it is one of catalog, metadata, files"));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST, "'%s' is no number of a backup".formatted(text));
    }
  }

  /** Findings are told; progress only to programs. */
  private void tell(Object event) {
    if (flags.contains("--json")) {
      line(event);
    } else if (event instanceof FsckRun.Found found) {
      List<String> lines = new ArrayList<>();
      lines.add(found.finding().code() + ": " + found.finding().message());
      found.finding().ref().ifPresent(ref -> lines.add("  reached from " + ref));
      lines.add("  hint: " + found.finding().hint());
      lines.forEach(out::println);
    } else if (event instanceof FsckRun.Unreachable unreachable) {
      out.println("unreachable: " + unreachable.unreachable());
    }
  }

  private void line(Object value) {
    out.println(new String(Json.bytes(value), StandardCharsets.UTF_8));
  }
}
