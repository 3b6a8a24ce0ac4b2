package dev.varve.cli.command;

import dev.varve.client.Alteration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The changes of a table as options, of which each may be repeated.
 *
 * <p>The order in which they are typed counts, across all of them, but picocli keeps it for each
 * option alone; so what is typed is noted here as it is read.
 */
final class AlterOptions {
  private final List<Typed> typed = new ArrayList<>();

  /** The options. */
  private enum Kind {
    ADD(
        "'COLUMN TYPE'",
        "Add a column; rows that are there have no value in it.",
        "\"discount decimal(9,2)\""),
    AFTER("COLUMN", "Put the column of the --add or --move before this behind another.", "price"),
    DROP("COLUMN", "Drop a column; older commits still have it.", "note"),
    RENAME(
        "COLUMN=NEW",
        "Give a column another name; that of a field of a struct is said without the path.",
        "price=list_price"),
    WIDEN(
        "COLUMN=TYPE",
        "Give a column a wider type: int to long, float to double, a longer decimal.",
        "quantity=bigint"),
    MOVE("COLUMN", "Put a column first, or behind another with --after.", "city"),
    DESCRIBE(
        "COLUMN=TEXT",
        "Say what a column holds; without a text nothing is said of it any more.",
        "\"price=In USD\""),
    OPTIONAL("COLUMN", "Let a required column be without a value.", "city"),
    KEY(
        "COLUMN",
        "Say which columns name a row, with commas between them; they are required from then on.",
        "carrier,number"),
    NO_KEY("Take the key away."),
    PARTITION_BY(
        "TRANSFORM",
        "Partition new files by a column or an Iceberg transform such as 'bucket(16, id)'; once for"
            + " each.",
        "'month(date)'"),
    NO_PARTITION_BY("Do not partition new files."),
    SORT_BY(
        "COLUMN",
        "Sort the rows of new files by a column, with 'desc' if wanted; once for each.",
        "date"),
    NO_SORT_BY("Do not sort the rows of new files."),
    SET("KEY=VALUE", "Set a property of the table.", "write.parquet.compression-codec=zstd"),
    UNSET("KEY", "Take a property away.", "write.parquet.compression-codec");

    private final String label;
    private final String description;
    private final String example;

    Kind(String description) {
      this("", description, "");
    }

    Kind(String label, String description, String example) {
      this.label = label;
      this.description = description;
      this.example = example;
    }

    String option() {
      return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether options that follow each other make one list. */
    boolean isList() {
      return this == KEY || this == PARTITION_BY || this == SORT_BY;
    }

    /** The list that an option gives, or takes away. */
    Kind list() {
      return switch (this) {
        case NO_KEY -> KEY;
        case NO_PARTITION_BY -> PARTITION_BY;
        case NO_SORT_BY -> SORT_BY;
        default -> this;
      };
    }

    OptionSpec spec(Consumer<String> note) {
      OptionSpec.Builder option = OptionSpec.builder(option()).description(description);
      if (label.isEmpty()) {
        return option.type(boolean.class).arity("0").setter(noteIfSet(note)).build();
      }
      return option
          .type(List.class)
          .auxiliaryTypes(String.class)
          .arity("1")
          .paramLabel(label)
          .converters(
              text -> {
                note.accept(text);
                return text;
              })
          .build();
    }

    private static ISetter noteIfSet(Consumer<String> note) {
      return new ISetter() {
        @Override
        public <T> T set(T value) {
          if (Boolean.TRUE.equals(value)) {
            note.accept("");
          }
          return value;
        }
      };
    }
  }

  /** An option with its text, and with the texts of those that continue its list. */
  private record Typed(Kind kind, List<String> texts) {
    Alteration alteration() {
      return switch (kind) {
        case ADD -> {
          NameText add = require(NameText.beforeSpace(text())).stripped();
          yield new Alteration.AddColumn(
              add.name(), add.rest(), Optional.empty(), Optional.empty());
        }
        case DROP -> new Alteration.DropColumn(name());
        case RENAME -> rename();
        case WIDEN -> {
          NameText widen = requireOneEquals(pair());
          yield new Alteration.WidenColumn(widen.name(), widen.rest());
        }
        case MOVE -> new Alteration.MoveColumn(name(), Optional.empty());
        case DESCRIBE -> {
          Optional<String> doc = Optional.of(pair().rest()).filter(text -> !text.isEmpty());
          yield new Alteration.DescribeColumn(pair().name(), doc);
        }
        case OPTIONAL -> new Alteration.MakeOptional(name());
        case KEY -> new Alteration.SetKey(names());
        case PARTITION_BY -> new Alteration.PartitionBy(texts);
        case SORT_BY -> new Alteration.SortBy(texts);
        case NO_KEY -> new Alteration.SetKey(List.of());
        case NO_PARTITION_BY -> new Alteration.PartitionBy(List.of());
        case NO_SORT_BY -> new Alteration.SortBy(List.of());
        case SET -> {
          NameText set = require(NameText.beforeEquals(text()));
          yield new Alteration.SetProperties(new TreeMap<>(Map.of(set.name(), set.rest())));
        }
        case UNSET -> new Alteration.RemoveProperties(List.of(name()));
        case AFTER -> throw misplaced();
      };
    }

    private Alteration rename() {
      NameText rename = requireOneEquals(pair());
      NameText to = require(NameText.alone(rename.rest()));
      String path = rename.name().substring(0, rename.name().lastIndexOf('.') + 1);
      if (!path.isEmpty() && !to.quoted() && to.name().startsWith(path)) {
        throw unreadable(
            "say the new name of a field without the path: --rename %s=%s; a dot that is part of the"
                    .formatted(rename.name(), to.name().substring(path.length()))
                + " name itself needs double quotes around the new name");
      }
      return new Alteration.RenameColumn(rename.name(), to.name());
    }

    /** The same change, with the column behind another one. */
    Alteration behind(Alteration change) {
      if (change instanceof Alteration.AddColumn add && add.after().isEmpty()) {
        return new Alteration.AddColumn(add.column(), add.type(), Optional.of(name()), add.doc());
      } else if (change instanceof Alteration.MoveColumn move && move.after().isEmpty()) {
        return new Alteration.MoveColumn(move.column(), Optional.of(name()));
      }
      boolean twice =
          change instanceof Alteration.AddColumn || change instanceof Alteration.MoveColumn;
      throw twice
          ? new Usage(
              "'--after " + text() + "' is the second for one column", "a column stands behind one")
          : misplaced();
    }

    private Usage misplaced() {
      return new Usage(
          "'--after " + text() + "' stands behind no --add and no --move",
          "for instance: --add \"discount decimal(9,2)\" --after price");
    }

    private String text() {
      return texts.get(0);
    }

    private String name() {
      return require(NameText.alone(text())).name();
    }

    private List<String> names() {
      List<String> names = new ArrayList<>();
      for (String text : texts) {
        List<String> more = NameText.list(text);
        if (more.isEmpty()) {
          throw unreadable(text, example());
        }
        names.addAll(more);
      }
      return names;
    }

    private NameText pair() {
      return require(NameText.beforeEquals(text())).stripped();
    }

    private NameText requireOneEquals(NameText pair) {
      boolean quoted = pair.rest().startsWith("\"");
      if (pair.rest().isEmpty()) {
        throw unreadable(example());
      } else if (!quoted && pair.rest().contains("=")) {
        throw unreadable(
            "put a name that has an '=' in double quotes: " + kind.option() + " '\"a=b\"=…'");
      }
      return pair;
    }

    private NameText require(Optional<NameText> read) {
      return read.orElseThrow(() -> unreadable(example()));
    }

    private String example() {
      return "for instance: " + kind.option() + " " + kind.example;
    }

    private Usage unreadable(String hint) {
      return unreadable(text(), hint);
    }

    private Usage unreadable(String text, String hint) {
      return new Usage("cannot read '" + kind.option() + " " + text + "'", hint);
    }
  }

  /** Makes the options part of a command. */
  void addTo(CommandSpec command) {
    for (Kind kind : Kind.values()) {
      command.addOption(kind.spec(text -> note(kind, text)));
    }
  }

  private void note(Kind kind, String text) {
    Typed last = typed.isEmpty() ? null : typed.get(typed.size() - 1);
    if (last != null && last.kind() == kind && kind.isList()) {
      last.texts().add(text);
    } else {
      typed.add(new Typed(kind, new ArrayList<>(List.of(text))));
    }
  }

  /**
   * What was typed, in its order.
   *
   * @throws Usage if an option cannot be read, or contradicts another one
   */
  List<Alteration> alterations() {
    List<Alteration> changes = new ArrayList<>();
    Set<Kind> lists = EnumSet.noneOf(Kind.class);
    for (Typed next : typed) {
      int last = changes.size() - 1;
      if (next.kind() == Kind.AFTER && last >= 0) {
        changes.set(last, next.behind(changes.get(last)));
        continue;
      }
      if (lists.contains(next.kind().list())) {
        throw new Usage(
            "'" + next.kind().option() + "' takes back what was said before",
            "say the whole list at once, such as --sort-by date --sort-by origin");
      } else if (next.kind().isList()) {
        lists.add(next.kind());
      }
      changes.add(next.alteration());
    }
    return changes;
  }
}
