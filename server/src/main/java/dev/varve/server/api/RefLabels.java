package dev.varve.server.api;

import dev.varve.catalog.Repository;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which branches and tags stand at a commit. Read once per request. */
final class RefLabels {
  /** Beyond this many refs of a kind the labels are left out: reading them would cost too much. */
  private static final int MAX_REFS = 2_000;

  private final Map<ObjectId, List<String>> names = new HashMap<>();

  RefLabels(Repository repository) {
    for (RefKind kind : RefKind.values()) {
      List<Ref> refs = repository.refs().list(kind, "", Optional.empty(), MAX_REFS + 1);
      if (refs.size() <= MAX_REFS) {
        refs.forEach(
            ref ->
                names
                    .computeIfAbsent(ref.commitId(), id -> new ArrayList<>())
                    .add(ref.name().text()));
      }
    }
  }

  List<String> at(ObjectId commit) {
    return List.copyOf(names.getOrDefault(commit, List.of()));
  }
}
