package dev.varve.cli.command;

import java.util.List;

/** Words of a command that may be typed as in SQL: {@code create table late as select …}. */
record Words(List<String> words) {
  static Words of(String... words) {
    return new Words(List.of(words));
  }

  /** Leaves out the first word if it is this one and others follow. */
  Words without(String noise) {
    return words.size() > 1 && words.get(0).equalsIgnoreCase(noise) ? rest() : this;
  }

  String first() {
    return words.get(0);
  }

  Words rest() {
    return new Words(words.subList(1, words.size()));
  }

  int size() {
    return words.size();
  }

  boolean isEmpty() {
    return words.isEmpty();
  }

  /** The text behind a first word, or nothing if the first word is another one. */
  String after(String keyword) {
    boolean found = !words.isEmpty() && words.get(0).equalsIgnoreCase(keyword);
    return found ? String.join(" ", rest().words()) : "";
  }
}
