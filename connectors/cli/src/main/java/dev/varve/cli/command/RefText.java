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

  /**
   * Tells that a ref is gone, and how to have it again.
   *
   * @param kind branch or tag
   * @param stood where it was
   */
  static int deleted(ClientCommand command, String kind, Ref stood) {
    String name = stood.name();
    if (command.json()) {
      return command.printJson(new TreeMap<>(Map.of("deleted", name, "commit", stood.commit())));
    }
    command.print(
        "deleted %s '%s', which stood at %s"
            .formatted(kind, name, command.style().yellow(shortId(stood.commit()))));
    command.print(
        "bring it back with: varve %s create %s --from '%s@{1}'".formatted(kind, name, name));
    return ClientCommand.OK;
  }

  /** Tells where a branch was moved to, and how to undo that. */
  static int reset(ClientCommand command, Ref ref) {
    String id = command.style().yellow(shortId(ref.commit()));
    command.print("reset '%s' to %s".formatted(ref.name(), id));
    command.print("undo it with: varve reset %s --to '%s@{1}'".formatted(ref.name(), ref.name()));
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
