package dev.varve.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.varve.engine", importOptions = ImportOption.DoNotIncludeTests.class)
class EngineArchitectureTest {
  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.varve.engine.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule partsDoNotKnowTheLake =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.engine.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.varve.engine");

  @ArchTest
  static final ArchRule knowsNoHttp =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.net.http..", "jakarta.servlet..", "io.javalin..", "org.eclipse.jetty..");

  @ArchTest
  static final ArchRule knowsOnlyTheCatalogOfVarve =
      classes()
          .that()
          .resideInAPackage("dev.varve.engine..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages("dev.varve.server..", "dev.varve.client..", "dev.varve.cli..");

  @ArchTest
  static final ArchRule localFilesDoNotGoThroughHadoop =
      noClasses()
          .that()
          .doNotHaveSimpleName("HdfsStorage")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.hadoop..");
}
