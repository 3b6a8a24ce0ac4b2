package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.Commit;
import dev.varve.client.History.LogQuery;
import dev.varve.client.RemoteRepository;
import dev.varve.client.VarveClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code varve status}, and the subcommands of {@code varve repo}. */
final class ServerCommands {
  private ServerCommands() {}

  @Command(
      name = "status",
      aliases = "info",
      description = "Show which server and repository the commands work with, and how it is.",
      footer = {"", "Examples:", "  varve status", "  varve status --url http://127.0.0.1:9000"})
  static final class Status extends ClientCommand {
    Status(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      RemoteRepository repository = repository();
      RemoteRepository.Info info = repository.info();
      Optional<Commit> head =
          repository
              .history()
              .log(LogQuery.of(info.defaultBranch()))
              .page(Optional.empty(), 1)
              .items()
              .stream()
              .findFirst();
      if (json()) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("url", repository.url().toString());
        answer.put("repository", info);
        answer.put("head", head);
        return printJson(answer);
      }
      line("server", repository.url().toString());
      line("repository", info.name());
      line(
          "branch",
          info.defaultBranch()
              + head.map(
                      commit -> " at " + style().yellow(commit.shortId()) + " " + commit.subject())
                  .orElse(""));
      info.branches().ifPresent(count -> line("branches", count.toString()));
      info.tags().ifPresent(count -> line("tags", count.toString()));
      info.tables().ifPresent(count -> line("tables", count.toString()));
      return OK;
    }

    private void line(String title, String value) {
      print(style().bold(String.format("%-10s", title)) + "  " + value);
    }
  }

  @Command(
      name = "list",
      aliases = "ls",
      description = "List the repositories of a server.",
      footer = {"", "Examples:", "  varve repo list"})
  static final class ListRepositories extends ListCommand {
    ListRepositories(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(
          client().repositories(),
          table("NAME"),
          (VarveClient.RepositoryName repository) -> List.of(repository.name()));
    }
  }

  @Command(
      name = "create",
      description = "Make a repository: a history and tables of its own.",
      footer = {"", "Examples:", "  varve repo create archive", "  varve tables --repo archive"})
  static final class CreateRepository extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The new repository.")
    private String name;

    CreateRepository(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      RemoteRepository created = client().createRepository(name);
      if (json()) {
        return printJson(new VarveClient.RepositoryName(created.name()));
      }
      print("created repository '" + created.name() + "'");
      return OK;
    }
  }

  @Command(
      name = "delete",
      aliases = "rm",
      description = "Delete a repository with its whole history, for ever.",
      footer = {
        "",
        "Commits, branches, tags and reflogs go; only a backup or an export brings them back. The",
        "files of its tables stay in the warehouse. The default repository cannot be deleted.",
        "",
        "Examples:",
        "  varve export archive.varve --repo archive --with-files",
        "  varve repo delete archive --confirm archive"
      })
  static final class DeleteRepository extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The repository.")
    private String name;

    @Option(
        names = "--confirm",
        paramLabel = "NAME",
        required = true,
        description = "Its name once more.")
    private String confirm;

    @Spec private CommandSpec spec;

    DeleteRepository(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      if (!confirm.equals(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "nothing was deleted: --confirm says '%s', not '%s'".formatted(confirm, name));
      }
      VarveClient.DeletedRepository deleted = client().deleteRepository(name);
      if (json()) {
        return printJson(deleted);
      }
      print("deleted repository '" + deleted.name() + "'");
      print("the files of its tables stay in " + deleted.warehouse());
      return OK;
    }
  }
}
