package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sotto.job.config.TrainSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The examples that people begin from: settings that the program takes, manifests of things and fields that Kubernetes has. */
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("../scripts/examples");
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "ServiceAccount", ServiceAccount.class,
            "Role", Role.class,
            "RoleBinding", RoleBinding.class,
            "Service", Service.class,
            "ConfigMap", ConfigMap.class,
            "CronJob", CronJob.class);

    /** A field that the API does not have is an error here; the classes would keep it aside. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated member) {
                    return false;
                }
            })
            .build();

    @TempDir
    Path folder;

    private static TrainSettings understood(String... arguments) {
        List<TrainSettings> settings = new ArrayList<>();
        assertThat(Sotto.commandLine(settings::add).execute(arguments)).isZero();
        return settings.get(0);
    }

    static Stream<Path> runFiles() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("runFiles")
    void runFile_isUnderstood(Path file) {
        assertThat(understood("train", file.toString(), "--output=" + folder.resolve("output")))
                .isNotNull();
    }

    @Test
    void manifests_areOfThingsAndFieldsThatKubernetesHas_andTheirRunIsUnderstood() throws IOException {
        ConfigMap run = null;
        CronJob job = null;
        for (Object document : new Load(LoadSettings.builder().build())
                .loadAllFromString(Files.readString(EXAMPLES.resolve("kubernetes/sotto.yaml")))) {
            HasMetadata thing =
                    STRICT.convertValue(document, KINDS.get(String.valueOf(((Map<?, ?>) document).get("kind"))));
            assertThat(((Map<?, ?>) document).get("apiVersion")).isEqualTo(HasMetadata.getApiVersion(thing.getClass()));
            run = thing instanceof ConfigMap found ? found : run;
            job = thing instanceof CronJob found ? found : job;
        }
        assertThat(run).isNotNull();
        assertThat(job).isNotNull();

        Path file = Files.writeString(folder.resolve("run.yaml"), run.getData().get("run.yaml"));
        String[] command = job.getSpec()
                .getJobTemplate()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getCommand()
                .get(2)
                .replace("\"", "")
                .replace("$RUN_ID", "sotto-29")
                .replace("/etc/sotto/run.yaml", file.toString())
                .split("\\s+");
        int train = Arrays.asList(command).indexOf("train");
        assertThat(understood(Arrays.copyOfRange(command, train, command.length))
                        .output()
                        .uri())
                .isEqualTo("s3a://clinic/runs/sotto-29");
    }
}
