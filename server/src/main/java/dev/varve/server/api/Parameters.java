package dev.varve.server.api;

import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.server.http.Parameter;
import java.util.Map;
import java.util.function.Function;

/** The parameters that several resources share. */
final class Parameters {
  /** Where the routes of one repository begin. */
  static final String REPOSITORY_PATH = "/api/v1/repos/{repo}";

  static final Parameter<RepositoryName> REPO =
      Parameter.path(
          "repo", RepositoryName::new, "The repository, 'lake' unless others were made.");

  static final Parameter<Revision> REF =
      Parameter.query(
              "ref",
              Revision::parse,
              "The state to read: a branch, a tag, a commit id, main~3, main@{2} or"
                  + " main@2026-11-01T00:00:00Z.")
          .orElse("main");

  static final Parameter<RefName> BRANCH =
      Parameter.query("branch", RefName::parse, "The branch to commit on.").orElse("main");

  static final Parameter<Author> AUTHOR =
      Parameter.query("author", Author::parse, "Who makes the change: 'Name <mail>' or 'Name'.");

  static final Parameter<String> MESSAGE =
      Parameter.query("message", Function.identity(), "Why; derived from the change if left out.");

  static final Parameter<Map.Entry<String, String>> PROPERTY =
      Parameter.query("property", Parameters::property, "A property of the commit, as 'key=value'.")
          .many();

  static final Parameter<ObjectId> EXPECTED =
      Parameter.query(
          "expected",
          ObjectId::parse,
          "The full id of the commit where the ref must stand; else nothing is done.");

  private Parameters() {}

  private static Map.Entry<String, String> property(String text) {
    int split = text.indexOf('=');
    if (split < 1) {
      throw new IllegalArgumentException("write it as 'key=value'");
    }
    return Map.entry(text.substring(0, split), text.substring(split + 1));
  }
}
