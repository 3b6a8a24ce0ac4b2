package dev.varve.catalog;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The catalog versions opaque contents, and its packages build on one another in one direction. */
@AnalyzeClasses(packages = "dev.varve.catalog", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule KNOWS_NOTHING_OF_TABLES_FILES_OR_HTTP =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "dev.varve.catalog..",
              "org.rocksdb..",
              "org.slf4j..",
              "com.github.benmanes.caffeine..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.varve.catalog.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule PARTS_DO_NOT_KNOW_THE_WHOLE =
      noClasses()
          .that()
          .resideInAPackage("dev.varve.catalog.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.varve.catalog");

  @ArchTest
  static final ArchRule ONLY_THE_STORE_KNOWS_ROCKSDB =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.varve.catalog.store")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rocksdb..");
}
