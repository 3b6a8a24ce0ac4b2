package dev.varve.server.maintenance;

import dev.varve.catalog.fsck.FsckSummary;
import dev.varve.engine.table.TableFsck;
import dev.varve.server.http.Doc;
import java.util.List;

/** What was checked and found, as it is answered. */
@Doc("What was checked and found.")
public record FsckView(
    @Doc("Whether nothing is wrong.") boolean clean,
    @Doc("How many things are wrong.") long found,
    @Doc("The first of them; none where they were told as they were found.")
        List<FindingView> findings,
    long refs,
    long reflogEntries,
    long commits,
    long nodes,
    long values,
    @Doc("The length of all objects together.") long bytes,
    @Doc("Files of table metadata and manifest lists.") long metadataFiles,
    long manifests,
    @Doc("Data and delete files.") long dataFiles,
    long dataBytes,
    @Doc("Objects that nothing leads to, if they were asked for; they harm nothing.")
        long unreachable,
    long unreachableBytes) {

  static FsckView of(FsckSummary summary, TableFsck.Counts files, List<FindingView> findings) {
    return new FsckView(
        summary.clean(),
        summary.findings(),
        findings,
        summary.refs(),
        summary.reflogEntries(),
        summary.commits(),
        summary.nodes(),
        summary.values(),
        summary.bytes(),
        files.metadata(),
        files.manifests(),
        files.data(),
        files.dataBytes(),
        summary.unreachable(),
        summary.unreachableBytes());
  }
}
