package dev.varve.server.maintenance;

import dev.varve.server.http.Doc;

/** What the verification of a backup found. */
@Doc("What the verification of a backup found.")
public record BackupCheck(
    int number,
    @Doc("Whether everything that its repositories refer to is in it and whole.") boolean clean,
    long objects,
    @Doc("Files of the warehouse that were looked at.") long files,
    @Doc("How many things are wrong.") long found) {}
