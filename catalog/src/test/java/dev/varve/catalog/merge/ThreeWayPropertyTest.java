package dev.varve.catalog.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Merges of random trees against a brute force that looks at each content by itself: its key and
 * its value are two attributes, merged apart.
 */
class ThreeWayPropertyTest {
  private static final int MERGES = 50;

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void mergesAsTheBruteForceDoes(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < MERGES; i++) {
      State base = State.random(random);
      State ours = base.changed(random, 'A');
      State theirs = base.changed(random, 'N');
      Optional<State> expected = State.merge(base, ours, theirs);

      assertThat(merge(base, ours, theirs))
          .as("%s | %s | %s", base, ours, theirs)
          .isEqualTo(expected);
      assertThat(merge(base, theirs, ours))
          .as("%s | %s | %s", base, theirs, ours)
          .isEqualTo(expected);
    }
  }

  private static Optional<State> merge(State base, State ours, State theirs) {
    Trees trees = new Trees();
    Side mine = trees.side(ours.toString());
    KeyMerge merge =
        new ThreeWay(
                new MergedBase(trees.side(base.toString()), Set.of()),
                mine,
                trees.side(theirs.toString()),
                ContentMerger.CONFLICT,
                MergeVerb.MERGE)
            .run();
    return merge.conflicts().isEmpty()
        ? Optional.of(State.parse(trees.apply(mine, merge)))
        : Optional.empty();
  }

  private record Place(String key, int value) {}

  /** Contents by their letter. */
  private record State(Map<Character, Place> contents) {
    private static final int KEYS = 12;

    /** Contents that either side may add, as a cherry-pick does. */
    private static final String PICKED = "YZ";

    static State random(Random random) {
      List<Integer> keys = shuffledKeys(random);
      Map<Character, Place> contents = new TreeMap<>();
      for (int i = random.nextInt(8); i > 0; i--) {
        contents.put((char) ('a' + i), new Place("k" + keys.get(i), 1));
      }
      return new State(contents);
    }

    /** A few random changes; new contents have letters from {@code first} on. */
    State changed(Random random, char first) {
      Map<Character, Place> changed = new TreeMap<>(contents);
      char next = first;
      for (int i = random.nextInt(4); i > 0; i--) {
        String key = "k" + random.nextInt(KEYS);
        boolean free = changed.values().stream().noneMatch(it -> it.key.equals(key));
        List<Character> all = new ArrayList<>(changed.keySet());
        Character one = all.isEmpty() ? null : all.get(random.nextInt(all.size()));
        int what = random.nextInt(4);
        if (one != null && what == 0) {
          changed.put(one, new Place(changed.get(one).key, 2 + random.nextInt(2)));
        } else if (one != null && what == 1) {
          changed.remove(one);
        } else if (one != null && what == 2 && free) {
          changed.put(one, new Place(key, changed.get(one).value));
        } else if (free) {
          char picked = PICKED.charAt(random.nextInt(PICKED.length()));
          boolean pick = random.nextInt(3) == 0 && !changed.containsKey(picked);
          changed.put(pick ? picked : next++, new Place(key, 1));
        }
      }
      return new State(changed);
    }

    static Optional<State> merge(State base, State ours, State theirs) {
      Map<Character, Place> merged = new TreeMap<>();
      Set<Character> all = Collections.newSetFromMap(new TreeMap<>());
      all.addAll(base.contents.keySet());
      all.addAll(ours.contents.keySet());
      all.addAll(theirs.contents.keySet());
      for (char content : all) {
        Place was = base.contents.get(content);
        Place our = ours.contents.get(content);
        Place their = theirs.contents.get(content);
        if (Objects.equals(our, their) || Objects.equals(their, was)) {
          put(merged, content, our);
        } else if (Objects.equals(our, was)) {
          put(merged, content, their);
        } else if (was == null || our == null || their == null) {
          return Optional.empty();
        } else {
          Optional<String> key = attribute(was.key, our.key, their.key);
          Optional<Integer> value = attribute(was.value, our.value, their.value);
          if (key.isEmpty() || value.isEmpty()) {
            return Optional.empty();
          }
          put(merged, content, new Place(key.get(), value.get()));
        }
      }
      long keys = merged.values().stream().map(Place::key).distinct().count();
      return keys == merged.size() ? Optional.of(new State(merged)) : Optional.empty();
    }

    static State parse(String text) {
      Map<Character, Place> contents = new TreeMap<>();
      for (String entry : text.isEmpty() ? new String[0] : text.split(" ")) {
        String[] parts = entry.split("=", 2);
        Place place = new Place(parts[0], Integer.parseInt(parts[1].substring(1)));
        Place other = contents.put(parts[1].charAt(0), place);
        assertThat(other).as("another place of %s in %s", parts[1], text).isNull();
      }
      return new State(contents);
    }

    @Override
    public String toString() {
      return contents.entrySet().stream()
          .map(it -> it.getValue().key + "=" + it.getKey() + it.getValue().value)
          .collect(Collectors.joining(" "));
    }

    private static void put(Map<Character, Place> merged, char content, Place place) {
      if (place != null) {
        merged.put(content, place);
      }
    }

    private static <T> Optional<T> attribute(T was, T our, T their) {
      if (our.equals(their) || their.equals(was)) {
        return Optional.of(our);
      }
      return our.equals(was) ? Optional.of(their) : Optional.empty();
    }

    private static List<Integer> shuffledKeys(Random random) {
      List<Integer> keys = new ArrayList<>();
      for (int i = 0; i < KEYS; i++) {
        keys.add(i);
      }
      Collections.shuffle(keys, random);
      return keys;
    }
  }
}
