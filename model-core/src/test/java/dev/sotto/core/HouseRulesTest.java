package dev.sotto.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.sotto.core.privacy.NoisySum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which way knowledge runs, and how small the trusted room stays. */
@AnalyzeClasses(packages = "dev.sotto", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {
    private static final int LINES_A_REVIEWER_READS = 800;

    @ArchTest
    static final ArchRule theTrustedRoom_usesTheJdkAndTheAccountantOnly = classes()
            .that()
            .resideInAPackage("dev.sotto.core.privacy..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "javax.crypto..", "dev.sotto.accountant..", "dev.sotto.core.privacy..");

    @ArchTest
    static final ArchRule theAccountant_usesTheJdkOnly = classes()
            .that()
            .resideInAPackage("dev.sotto.accountant..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.sotto.accountant..");

    @ArchTest
    static final ArchRule theCore_knowsNoCluster = noClasses()
            .that()
            .resideInAPackage("dev.sotto.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "dev.sotto.job..");

    /** So each can be read with those that it names, and no others. */
    @ArchTest
    static final ArchRule theCoresPackages_knowEachOtherInNoCircle =
            slices().matching("dev.sotto.core.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noiseAndSampling_neverUseAWeakGenerator = noClasses()
            .that()
            .resideInAPackage("dev.sotto.core.privacy..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.SplittableRandom")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");

    @ArchTest
    static final ArchRule onlyTheMechanism_makesANoisySum = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.sotto.core.privacy.GaussianMechanism")
            .should()
            .callConstructor(NoisySum.class, double[].class, boolean.class);

    @Test
    void theTrustedRoom_isReadInOneSitting() throws IOException {
        long lines = 0;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/sotto/core/privacy"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines += Files.readAllLines(file).size();
            }
        }
        assertThat(lines).isBetween(1L, LINES_A_REVIEWER_READS - 1L);
    }
}
