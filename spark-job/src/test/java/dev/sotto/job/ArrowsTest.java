package dev.sotto.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Knowledge runs one way: spark-job, model-core, accountant, nothing. */
@AnalyzeClasses(packages = "dev.sotto", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {

    @ArchTest
    static final ArchRule CORE_KNOWS_NO_JOB = noClasses()
            .that()
            .resideInAnyPackage("dev.sotto.core..", "dev.sotto.accountant..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sotto.job..", "org.apache.spark..", "org.apache.hadoop..");

    @ArchTest
    static final ArchRule ACCOUNTANT_KNOWS_NOTHING = noClasses()
            .that()
            .resideInAPackage("dev.sotto.accountant..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", "javax..", "dev.sotto.accountant..");

    @ArchTest
    static final ArchRule EXECUTOR_CODE_KNOWS_NO_DRIVER = noClasses()
            .that()
            .resideInAnyPackage("dev.sotto.job.step..", "dev.sotto.job.data..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sotto.job.train..", "dev.sotto.job.cli..");

    /** What stands in front of a run: the command line, and the pipeline's stages, whose params are its options. */
    @ArchTest
    static final ArchRule NOBODY_BEHIND_KNOWS_THE_COMMAND_LINE = noClasses()
            .that()
            .resideInAPackage("dev.sotto.job..")
            .and()
            .resideOutsideOfPackages("dev.sotto.job.cli..", "dev.sotto.job.ml..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sotto.job.cli..");
}
