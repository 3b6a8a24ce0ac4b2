package dev.varve.server.maintenance;

import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.object.ObjectId;
import dev.varve.server.http.Doc;
import java.util.Optional;

/** One thing that is wrong, as it is answered. */
@Doc("One thing that is wrong.")
public record FindingView(
    @Doc("A stable name of the kind of damage, such as 'object-missing'.") String code,
    String message,
    @Doc("What to do about it.") String hint,
    @Doc("The object concerned.") Optional<String> object,
    @Doc("What the object is or should be: commit, node or value.") Optional<String> kind,
    @Doc("The branch, tag or reflog that leads to it.") Optional<String> ref,
    @Doc("A commit that leads to it.") Optional<String> commit,
    @Doc("The table or namespace that leads to it.") Optional<String> key) {

  static FindingView of(Finding finding) {
    return new FindingView(
        finding.damage().text(),
        finding.message(),
        finding.damage().hint(),
        finding.object().map(ObjectId::hex),
        finding.kind(),
        finding.place().ref(),
        finding.place().commit().map(ObjectId::hex),
        finding.place().key());
  }
}
