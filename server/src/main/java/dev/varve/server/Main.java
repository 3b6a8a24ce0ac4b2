package dev.varve.server;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Quantity;
import dev.varve.catalog.error.VarveException;
import dev.varve.server.settings.SettingException;
import io.javalin.util.JavalinBindException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;

/**
 * Runs a server as a process.
 *
 * <p>Prints one line when it is ready, and one when it has stopped. Exit codes: 2 for settings it
 * cannot use, 3 when another server uses the data directory, 4 when it cannot listen (or when a
 * check found damage), 1 for anything else; ended by a signal, the code that is usual for it.
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_SETTINGS = 2;
  private static final int DATA_IN_USE = 3;
  private static final int CANNOT_LISTEN = 4;

  private Main() {}

  public static void main(String[] arguments) {
    // Times are UTC wherever the server runs; some pass through classes that ask for the zone.
    TimeZone.setDefault(TimeZone.getTimeZone(ZoneOffset.UTC));
    int code = run(List.of(arguments), System.getenv());
    if (code != 0) {
      System.exit(code);
    }
  }

  /** Returns 0 with the server running, or the exit code. */
  private static int run(List<String> arguments, Map<String, String> environment) {
    String address = "";
    try {
      if (!arguments.isEmpty() && Offline.knows(arguments.get(0))) {
        return Offline.run(arguments.get(0), arguments.subList(1, arguments.size()));
      }
      CommandLine line = CommandLine.parse(arguments);
      if (line.help()) {
        System.out.print(CommandLine.usage());
        return 0;
      }
      if (line.version()) {
        System.out.println("varve " + Version.text());
        return 0;
      }
      ServerSettings settings = ServerSettings.of(line.values(environment));
      address = settings.host() + ":" + settings.port();
      serve(settings);
      return 0;
    } catch (SettingException e) {
      return fail(BAD_SETTINGS, e.getMessage(), e.hint());
    } catch (JavalinBindException e) {
      return fail(
          CANNOT_LISTEN,
          "cannot listen on " + address + ": the port is taken or not allowed",
          Optional.of("choose another with '--port N'; 0 picks a free one"));
    } catch (VarveException e) {
      int code = e.code() == ErrorCode.STORE_LOCKED ? DATA_IN_USE : FAILED;
      return fail(code, e.getMessage(), e.hint());
    } catch (UncheckedIOException e) {
      return fail(FAILED, e.getMessage() + ": " + e.getCause().getMessage(), Optional.empty());
    }
  }

  private static void serve(ServerSettings settings) {
    Server server = Server.start(settings);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, out), "varve-stop"));
    out.println(
        "varve listens on " + server.uri() + " · data in " + server.data() + " · stop with Ctrl-C");
  }

  private static void stop(Server server, PrintStream out) {
    int running = server.running();
    if (running > 0) {
      out.println(
          "varve stops: "
              + Quantity.of(running, "request")
              + (running == 1 ? " has " : " have ")
              + server.stopTimeout().toSeconds()
              + " s to end");
    }
    server.close();
    out.println("varve has stopped");
  }

  private static int fail(int code, String message, Optional<String> hint) {
    System.err.println("error: " + message);
    hint.ifPresent(text -> System.err.println("hint: " + text));
    return code;
  }
}
