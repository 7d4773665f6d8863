package io.lockstep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.Future;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

@AnalyzeClasses(packages = "io.lockstep", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule layersLookDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("io.lockstep.cli..")
            .layer("app")
            .definedBy("io.lockstep.app..")
            .layer("edges")
            .definedBy(
                    "io.lockstep.rest..",
                    "io.lockstep.realtime..",
                    "io.lockstep.ops..",
                    "io.lockstep.maintenance..",
                    "io.lockstep.cluster..",
                    "io.lockstep.webhook..")
            .layer("shared")
            .definedBy("io.lockstep.api..", "io.lockstep.auth..", "io.lockstep.event..")
            .layer("pg")
            .definedBy("io.lockstep.store.pg..")
            .layer("embedded")
            .definedBy("io.lockstep.embedded..")
            .layer("store")
            .definedBy("io.lockstep.store")
            .layer("write")
            .definedBy("io.lockstep.write..")
            .layer("domain")
            .definedBy("io.lockstep.model..", "io.lockstep.error..", "io.lockstep.config..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("app")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("edges")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("pg")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("embedded")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("shared")
            .mayOnlyBeAccessedByLayers("cli", "app", "edges")
            .whereLayer("write")
            .mayOnlyBeAccessedByLayers("app", "pg")
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers("cli", "app", "edges", "shared", "pg");

    @ArchTest
    static final ArchRule edgesDoNotKnowOneAnother = slices().matching(
                    "io.lockstep.(rest|realtime|ops|maintenance|webhook|cluster)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule theModelImportsNothingOfOurs = noClasses()
            .that()
            .resideInAnyPackage("io.lockstep.model..", "io.lockstep.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.lockstep.error..",
                    "io.lockstep.store..",
                    "io.lockstep.api..",
                    "io.lockstep.auth..",
                    "io.vertx..");

    @ArchTest
    static final ArchRule sqlStaysInPg = noClasses()
            .that()
            .resideOutsideOfPackages("io.lockstep.store.pg..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..");

    @ArchTest
    static final ArchRule webStaysAtTheEdge = noClasses()
            .that()
            .resideOutsideOfPackages("io.lockstep.rest..", "io.lockstep.ops..", "io.lockstep.app..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.ext.web..");

    /** The command line and the embedded database own their threads; everything else runs on event loops. */
    @ArchTest
    static final ArchRule nothingBlocks = noClasses()
            .that()
            .resideOutsideOfPackages("io.lockstep.cli..", "io.lockstep.embedded..")
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Future.class, "await")
            .orShould()
            .callMethod(CountDownLatch.class, "await");

    /** It goes on elsewhere than on the event loop: {@link io.lockstep.error.Timeouts}. */
    @ArchTest
    static final ArchRule nothingIsTimedByAnotherThread =
            noClasses().should().callMethod(Future.class, "timeout", long.class, TimeUnit.class);

    @ArchTest
    static final ArchRule onlyTheEntryPointReadsTheEnvironment = noClasses()
            .that()
            .doNotBelongToAnyOf(Main.class)
            .and()
            .resideOutsideOfPackage("io.lockstep.embedded..") // which looks for tools on the PATH
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.lockstep.(*)..").should().beFreeOfCycles();
}
