package dev.varve.cli;

import dev.varve.cli.command.ReaderGone;
import dev.varve.cli.command.Usage;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Json;
import dev.varve.client.VarveException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what went wrong, and gives the exit code that tells it to programs. */
final class Errors {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int CONFLICT = 3;

  private final Terminal terminal;
  private final boolean json;

  Errors(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  int usage(ParameterException problem, String[] arguments) {
    String command = problem.getCommandLine().getCommandSpec().qualifiedName();
    String help = "see '" + command + " --help'";
    if (problem instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      String kind = first.startsWith("-") ? "option" : isGroup(problem) ? "command" : "argument";
      Optional<String> hint =
          Nearest.to(first, known(kind, problem.getCommandLine()))
              .map(near -> "did you mean '" + near + "'?");
      return print(
          "usage", "'" + command + "' has no " + kind + " '" + first + "'", hint.orElse(help));
    }
    String message = problem.getMessage().replace("option option", "option");
    return print("usage", decapitalized(message), help);
  }

  private static Collection<String> known(String kind, CommandLine command) {
    return switch (kind) {
      case "command" -> command.getSubcommands().keySet();
      case "option" -> command.getCommandSpec().optionsMap().keySet();
      default -> List.of();
    };
  }

  private static boolean isGroup(ParameterException problem) {
    return !problem.getCommandLine().getSubcommands().isEmpty();
  }

  private int print(String code, String message, String hint) {
    print(code, message, Optional.of(hint).filter(h -> !h.isEmpty()), Map.of());
    return USAGE;
  }

  int failure(Exception failure, CommandLine line, ParseResult parsed) throws Exception {
    if (failure instanceof ReaderGone) {
      return 0;
    } else if (failure instanceof Usage usage) {
      return print("usage", usage.getMessage(), usage.hint().orElse(""));
    } else if (failure instanceof VarveException refused) {
      refusal(refused);
      return refused.isConflict() ? CONFLICT : FAILED;
    } else if (failure instanceof UncheckedIOException unchecked) {
      return io(unchecked.getMessage());
    } else if (failure instanceof IOException io) {
      return io(io.getClass().getSimpleName() + ": " + io.getMessage());
    }
    throw failure;
  }

  private int io(String message) {
    print("io", message, Optional.empty(), Map.of());
    return FAILED;
  }

  private void refusal(VarveException refused) {
    Map<String, Object> more = new LinkedHashMap<>();
    if (!refused.details().isEmpty()) {
      more.put("details", refused.details());
    }
    refused.requestId().ifPresent(id -> more.put("requestId", id));
    print(refused.code(), refused.getMessage(), refused.hint(), more);
  }

  private void print(String code, String message, Optional<String> hint, Map<String, Object> more) {
    terminal.out().flush();
    if (json) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("code", code);
      error.put("message", message);
      error.put("hint", hint);
      error.putAll(more);
      terminal.err().println(Json.write(Map.of("error", error)));
    } else {
      terminal.err().println("error: " + message);
      hint.ifPresent(text -> terminal.err().println("hint: " + text));
    }
  }

  private static String decapitalized(String message) {
    return message.isEmpty()
        ? message
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }
}
