package dev.varve.engine.table;

import dev.varve.catalog.CommitConflictException;
import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;

/** The errors of this package, and the way between Varve's and Iceberg's. */
public final class TableErrors {
  private TableErrors() {}

  /**
   * What an Iceberg operation threw, as Varve's error. An exception that began as Varve's is found
   * again; Iceberg's own kinds get the code that says the same; anything else is internal.
   */
  public static VarveException toVarve(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof VarveException ours) {
        return ours;
      }
    }
    return new VarveException(codeOf(e), String.valueOf(e.getMessage()), null, Map.of(), e);
  }

  private static ErrorCode codeOf(RuntimeException e) {
    if (e instanceof CommitStateUnknownException) {
      return ErrorCode.OUTCOME_UNKNOWN;
    } else if (e instanceof CommitFailedException) {
      return ErrorCode.COMMIT_CONFLICT;
    } else if (e instanceof AlreadyExistsException) {
      return ErrorCode.TABLE_EXISTS;
    } else if (e instanceof NoSuchTableException) {
      return ErrorCode.TABLE_NOT_FOUND;
    } else if (e instanceof ValidationException || e instanceof IllegalArgumentException) {
      return ErrorCode.INVALID_REQUEST;
    }
    return ErrorCode.INTERNAL;
  }

  /**
   * What Iceberg's operations must see when a commit failed: a conflict is retried by them, an
   * unknown outcome leaves the files alone, and all else ends the operation, which then removes the
   * files that it wrote.
   */
  static RuntimeException toIceberg(VarveException e, boolean creating) {
    if (e.code() == ErrorCode.OUTCOME_UNKNOWN) {
      return new CommitStateUnknownException(e);
    } else if (creating && e.code().category() == ErrorCategory.EXISTS) {
      return new AlreadyExistsException(e, "%s", e.getMessage());
    } else if (e.code().category() == ErrorCategory.CONFLICT) {
      return new CommitFailedException(e, "%s", e.getMessage());
    } else if (e.code().category() == ErrorCategory.INVALID) {
      return new ForbiddenException(e, "%s", e.getMessage());
    }
    return e;
  }

  /**
   * Says what a conflict over a key means for the table or namespace there. A key that was to be
   * new is taken, and a namespace that is gone does not exist: these cannot be retried. Other
   * errors stay as they are.
   */
  static VarveException refined(VarveException e, String branch) {
    if (!(e instanceof CommitConflictException conflict)) {
      return e;
    }
    return conflict(conflict.key(), branch, conflict.expected(), conflict.found(), conflict);
  }

  /**
   * A key that holds something else than a commit expects there.
   *
   * @param cause the catalog's own error, or null
   */
  static VarveException conflict(
      Key key,
      String branch,
      Optional<Content> expected,
      Optional<Content> found,
      VarveException cause) {
    if (expected.isEmpty()) {
      return nameTaken(key, branch, found);
    }
    if (isNamespace(expected)) {
      return found.isEmpty()
          ? namespaceNotFound(new NamespaceName(key), branch)
          : changed("namespace", new NamespaceName(key).toString(), branch, "was changed", cause);
    }
    String what =
        found.isEmpty()
            ? "was dropped or renamed"
            : found.get().id().equals(expected.get().id())
                ? "was changed by another commit"
                : "was replaced by another " + (isView(expected) ? "view" : "table");
    String kind = isView(expected) ? "view" : "table";
    return changed(kind, new TableName(key).toString(), branch, what, cause);
  }

  private static VarveException nameTaken(Key key, String branch, Optional<Content> found) {
    if (isNamespace(found)) {
      return namespaceExists(new NamespaceName(key), branch);
    }
    TableName name = new TableName(key);
    return isView(found) ? viewExists(name, branch) : tableExists(name, branch);
  }

  private static boolean isView(Optional<Content> content) {
    return content.map(Content::type).equals(Optional.of(ContentType.ICEBERG_VIEW));
  }

  private static boolean isNamespace(Optional<Content> content) {
    return content.map(Content::type).equals(Optional.of(ContentType.NAMESPACE));
  }

  private static VarveException changed(
      String kind, String name, String branch, String what, VarveException cause) {
    return new VarveException(
        ErrorCode.COMMIT_CONFLICT,
        "cannot commit to %s '%s' on '%s': it %s since it was loaded"
            .formatted(kind, name, branch, what),
        "nothing was written; load it again and retry",
        Map.of(kind, name, "branch", branch),
        cause);
  }

  static VarveException tableNotFound(TableName name, String where) {
    return new VarveException(
        ErrorCode.TABLE_NOT_FOUND,
        "table '%s' does not exist at '%s'".formatted(name, where),
        "list the tables with 'varve tables --ref %s'".formatted(where),
        Map.of("table", name.toString(), "ref", where),
        null);
  }

  static VarveException tableExists(TableName name, String branch) {
    return new VarveException(
        ErrorCode.TABLE_EXISTS,
        "table '%s' exists already on '%s'".formatted(name, branch),
        "choose another name, or drop or rename that table first",
        Map.of("table", name.toString(), "branch", branch),
        null);
  }

  static VarveException viewExists(TableName name, String branch) {
    return new VarveException(
        ErrorCode.VIEW_EXISTS,
        "view '%s' exists already on '%s'".formatted(name, branch),
        null,
        Map.of("view", name.toString(), "branch", branch),
        null);
  }

  static VarveException namespaceNotFound(NamespaceName name, String where) {
    return new VarveException(
        ErrorCode.NAMESPACE_NOT_FOUND,
        "namespace '%s' does not exist at '%s'".formatted(name, where),
        "list them with 'varve namespace list', or make it with: varve namespace create " + name,
        Map.of("namespace", name.toString(), "ref", where),
        null);
  }

  static VarveException namespaceExists(NamespaceName name, String branch) {
    return new VarveException(
        ErrorCode.NAMESPACE_EXISTS,
        "'%s' exists already on '%s'".formatted(name, branch),
        null,
        Map.of("namespace", name.toString(), "branch", branch),
        null);
  }

  static VarveException namespaceNotEmpty(NamespaceName name, long entries) {
    return new VarveException(
        ErrorCode.NAMESPACE_NOT_EMPTY,
        "cannot drop namespace '%s': it holds %d entries".formatted(name, entries),
        "drop or rename what it holds first",
        Map.of("namespace", name.toString(), "entries", Long.toString(entries)),
        null);
  }

  static VarveException defaultNamespaceStays() {
    return new VarveException(
        ErrorCode.INVALID_REQUEST, "namespace 'default' cannot be dropped: bare names live in it");
  }

  static VarveException invalidName(String message) {
    return new VarveException(ErrorCode.INVALID_NAME, message);
  }

  static VarveException notOnDisk(String warehouse) {
    return new VarveException(
        ErrorCode.UNSUPPORTED,
        "the files of the warehouse '%s' are not on a local disk".formatted(warehouse),
        "use what its store offers for copies of files, such as versioning and replication",
        Map.of("warehouse", warehouse),
        null);
  }

  static VarveException locationHoldsFiles(String location, String allowed) {
    return new VarveException(
        ErrorCode.FORBIDDEN,
        "a table cannot have the location '%s': files of the lake may lie there"
            .formatted(location),
        "leave the location out, or choose one below '%s'".formatted(allowed),
        Map.of("location", location),
        null);
  }

  static VarveException brokenContent(String why, Throwable cause) {
    return new VarveException(
        ErrorCode.OBJECT_CORRUPT,
        "a table's value cannot be read: " + why,
        "an older commit may still be readable; restore the data directory from a backup",
        Map.of(),
        cause);
  }

  static VarveException idsTaken(TableName name, String counter, long served, long taken) {
    return new VarveException(
        ErrorCode.ID_REUSED,
        "cannot commit to '%s': its %s has moved from %d to %d on another branch"
            .formatted(name, counter, served, taken),
        "nothing was written; load the table again and retry",
        Map.of("table", name.toString(), "counter", counter),
        null);
  }

  static VarveException upgradeFirst(TableName name) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot upgrade '%s' and add rows in one commit: another branch has given out row ids"
            .formatted(name),
        "upgrade the format in a commit of its own, then add the rows",
        Map.of("table", name.toString()),
        null);
  }

  static VarveException idReused(TableName name, String what, int id, long last) {
    return new VarveException(
        ErrorCode.ID_REUSED,
        "cannot commit to '%s': new %s has id %d, but ids up to %d are taken"
            .formatted(name, what, id, last),
        "nothing was written; load the table again and retry",
        Map.of("table", name.toString(), "id", Integer.toString(id)),
        null);
  }

  static VarveException schemaStays(TableName name, String column, int id) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot remove the schema of '%s' that tells of column '%s' (field id %d): files may hold it"
            .formatted(name, column, id),
        "keep the schema; it costs nothing while it is not the current one",
        Map.of("table", name.toString(), "column", column),
        null);
  }

  static VarveException uuidStays(TableName name) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot give '%s' another uuid: it is what tells the table on all branches".formatted(name),
        "drop the table and create it again, if it is to be another one",
        Map.of("table", name.toString()),
        null);
  }

  static VarveException staleTable(TableName name) {
    return new VarveException(
        ErrorCode.COMMIT_CONFLICT,
        "cannot commit to '%s': it changed since it was loaded".formatted(name),
        "nothing was written; load the table again and retry",
        Map.of("table", name.toString()),
        null);
  }

  static VarveException outcomeUnknown(String branch, RuntimeException cause) {
    return new VarveException(
        ErrorCode.OUTCOME_UNKNOWN,
        "a commit to '%s' may or may not have happened: %s".formatted(branch, cause.getMessage()),
        "look at the log of '%s' before trying again".formatted(branch),
        Map.of("branch", branch),
        cause);
  }

  static VarveException readOnly(TableName name, String revision) {
    return new VarveException(
        ErrorCode.READ_ONLY,
        "cannot write to '%s' at '%s': only branches take commits".formatted(name, revision),
        "create a branch there: varve branch create NAME --from %s".formatted(revision),
        Map.of("table", name.toString(), "revision", revision),
        null);
  }
}
