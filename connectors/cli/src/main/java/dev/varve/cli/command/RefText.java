package dev.varve.cli.command;

import dev.varve.cli.text.TextTable;
import dev.varve.client.Ref;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Branches and tags as text. */
final class RefText {
  private static final int SHORT_ID = 8;

  private RefText() {}

  static int print(ClientCommand command, String done, Ref ref) {
    String id = command.style().yellow(shortId(ref.commit()));
    command.print(done + " '" + ref.name() + "' at " + id);
    return ClientCommand.OK;
  }

  static int deleted(ClientCommand command, String kind, String name) {
    if (command.json()) {
      return command.printJson(new TreeMap<>(Map.of("deleted", name)));
    }
    command.print("deleted " + kind + " '" + name + "'");
    return ClientCommand.OK;
  }

  static TextTable table(ClientCommand command) {
    return command.table("NAME", "COMMIT", "TIME", "MESSAGE");
  }

  static List<String> cells(Ref ref) {
    return List.of(
        ref.name(),
        shortId(ref.commit()),
        ref.time().map(Times::text).orElse(""),
        ref.message().flatMap(text -> text.lines().findFirst()).orElse(""));
  }

  static String shortId(String id) {
    return id.substring(0, Math.min(SHORT_ID, id.length()));
  }
}
