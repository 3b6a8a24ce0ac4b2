package dev.varve.server.api;

import dev.varve.engine.prepared.PreparedMerge;
import dev.varve.server.http.Doc;
import java.util.Locale;

/** A prepared merge as it is answered. */
@Doc("A merge, cherry-pick or revert that waits to be published.")
record PreparedView(
    @Doc("The branch that it is on, such as 'merge/1': a revision for every reader.") String name,
    @Doc("'merge', 'cherry-pick' or 'revert'.") String verb,
    @Doc("The branch to publish to.") String into,
    @Doc("The revision that was named.") String from,
    @Doc("The commit that is merged, picked or reverted.") String source,
    @Doc("Where the branch stood.") String ours,
    @Doc("'ready'; or 'behind' if the branch has moved since.") String state,
    @Doc("What will be published.") CommitView commit) {
  static PreparedView of(PreparedMerge prepared) {
    return new PreparedView(
        prepared.name().text(),
        prepared.intent().verb().text(),
        prepared.intent().into().text(),
        prepared.intent().from(),
        prepared.intent().commit().hex(),
        prepared.intent().ours().hex(),
        prepared.state().name().toLowerCase(Locale.ROOT),
        CommitView.of(prepared.commit()));
  }
}
