package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Archives.Content;
import dev.varve.client.Archives.Imported;
import dev.varve.client.Upload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve export} and {@code varve import}. */
final class ArchiveCommands {
  private ArchiveCommands() {}

  @Command(
      name = "export",
      description =
          "Export a repository as one file: commits, trees, branches, tags and reflogs, as they are"
              + " now. Each object is verified on the way.",
      footer = {
        "",
        "Table metadata names files by absolute paths. Without --with-files the archive can be",
        "imported where these files are; with them, where the warehouse has the same path.",
        "",
        "Examples:",
        "  varve export lake.varve --with-files",
        "  varve export archive.varve --repo archive"
      })
  static final class Export extends ClientCommand {
    @Parameters(paramLabel = "FILE", description = "The new file; none of that name may be there.")
    private String file;

    @Option(
        names = "--with-files",
        description = "Put all files that tables refer to at any commit in it, too.")
    private boolean withFiles;

    Export(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws IOException {
      Path target = Path.of(file);
      if (Files.exists(target)) {
        throw new Usage("'" + file + "' exists", "name a file that is not there yet");
      }
      Path directory = target.toAbsolutePath().getParent();
      if (!Files.isDirectory(directory)) {
        throw new Usage("there is no directory '" + directory + "'", "make it first");
      }
      Path part = target.resolveSibling(target.getFileName() + ".part");
      ProgressLine line = new ProgressLine(terminal(), "export");
      long bytes;
      try (OutputStream out = Files.newOutputStream(part)) {
        bytes =
            repository()
                .archives()
                .export(
                    withFiles ? Content.CATALOG_AND_FILES : Content.CATALOG,
                    out,
                    received -> line.show(Quantity.bytes(received)));
      } catch (IOException | RuntimeException e) {
        line.clear();
        Files.deleteIfExists(part);
        throw e;
      }
      line.clear();
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      if (json()) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", target.toString());
        answer.put("bytes", bytes);
        answer.put("withFiles", withFiles);
        return printJson(answer);
      }
      print("exported %s to '%s'".formatted(Quantity.bytes(bytes), target));
      return OK;
    }
  }

  @Command(
      name = "import",
      description =
          "Make a repository of an exported file. Commits keep their ids. It is there wholly, or not"
              + " at all.",
      footer = {
        "",
        "The repository is the one of --repo, which must not be there yet.",
        "",
        "Examples:",
        "  varve import lake.varve --repo copy"
      })
  static final class Import extends ClientCommand {
    @Parameters(paramLabel = "FILE", description = "A file that 'varve export' made.")
    private String file;

    Import(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Upload archive;
      try {
        archive = Upload.file(Path.of(file), "archive");
      } catch (IOException e) {
        throw new Usage("cannot read '" + file + "': " + e.getMessage(), "");
      }
      ProgressLine line = new ProgressLine(terminal(), "import");
      Imported imported;
      try {
        imported =
            repository()
                .archives()
                .importFrom(archive, sent -> line.show("sent " + Quantity.bytes(sent)));
      } finally {
        line.clear();
      }
      if (json()) {
        return printJson(imported);
      }
      print(
          "imported '%s' as '%s': %s, %s, %s"
              .formatted(
                  imported.exported(),
                  imported.repository(),
                  Quantity.of(imported.objects(), "object"),
                  Quantity.of(imported.refs(), "ref"),
                  Quantity.of(imported.files(), "file")));
      return OK;
    }
  }
}
