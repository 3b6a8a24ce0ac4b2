package dev.varve.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.varve.server", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.varve.server.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule httpKnowsNoLakes =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.server.http..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.varve.catalog..", "dev.varve.engine..")
                  .and(not(resideInAPackage("dev.varve.catalog.error"))));

  @ArchTest
  static final ArchRule onlyTheProcessPutsItTogether =
      noClasses()
          .that()
          .resideInAnyPackage("dev.varve.server.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.varve.server");

  @ArchTest
  static final ArchRule theNativeApiKnowsNothingOfIcebergRest =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.server.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.varve.server.iceberg..");
}
