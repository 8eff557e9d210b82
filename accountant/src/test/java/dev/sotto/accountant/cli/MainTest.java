package dev.sotto.accountant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    private static final String RUN = "[{\"type\":\"poisson_gaussian\",\"sigma\":1.0,\"q\":0.01,\"steps\":1000}]";

    private record Result(int status, String out, String err) {
        Map<String, Object> json() {
            return Json.readObject(out);
        }
    }

    private static Result run(String in, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = Main.run(
                List.of(arguments),
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void epsilon_printsBoundsAndRdp() {
        Result result = run(RUN, "accountant", "epsilon", "--events", "-", "--delta", "1e-5", "--json");
        assertThat(result.status()).isZero();
        assertThat(result.json()).containsKeys("lower", "upper", "rdp", "delta");
        assertThat((double) result.json().get("upper")).isBetween(1.81, 1.835);
        assertThat((double) result.json().get("rdp")).isBetween(2.09, 2.102);
    }

    @Test
    void infinities_areTheStringInf() {
        assertThat(run(RUN, "epsilon", "--events=-", "--delta=0", "--json").json())
                .containsEntry("upper", "inf");
        assertThat(run("{\"type\":\"non_private\"}", "epsilon", "--events", "-", "--delta", "0.1", "--json")
                        .json())
                .containsEntry("rdp", "inf");
    }

    @Test
    void whatIsNotUnderstood_isNamed() {
        assertThat(run(RUN, "epsilon", "--events", "-", "--detla", "1").err()).contains("--detla", "delta?");
        assertThat(run(RUN, "epsilom").err()).contains("epsilon?");
        assertThat(run(RUN, "epsilon", "--events", "-").err()).contains("--delta is required");
        assertThat(run(RUN, "epsilon", "--events", "-", "--delta", "x").status())
                .isEqualTo(2);
        assertThat(run(RUN.replace("sigma", "sgima"), "epsilon", "--events", "-", "--delta", "1e-5")
                        .err())
                .contains("sgima");
        assertThat(run(RUN.replace("1.0", "\"nan\""), "epsilon", "--events", "-", "--delta", "1e-5")
                        .status())
                .isEqualTo(2);
        assertThat(run(RUN.replace("]", ""), "epsilon", "--events", "-", "--delta", "1e-5")
                        .err())
                .contains("position");
        assertThat(run(RUN, "epsilon", "--events", "-", "--delta", "1e-5", "--adjacency", "replace-one")
                        .err())
                .contains("theorem");
    }

    @Test
    void delta_compose_andCurve_answer() {
        assertThat((double) run(RUN, "delta", "--events", "-", "--epsilon", "1", "--json")
                        .json()
                        .get("upper"))
                .isBetween(0.0025, 0.0027);
        assertThat(run(RUN, "compose", "--events", "-").out()).contains("poisson_gaussian");
        assertThat(Json.asArray(
                        run(RUN, "curve", "--events", "-", "--json").json().get("points"), "points"))
                .hasSize(15);
    }

    @Test
    void tradeoff_tellsHowOftenATestMustMiss() {
        Map<String, Object> answer =
                run(RUN, "tradeoff", "--events", "-", "--json").json();
        double before = 1;
        for (Object item : Json.asArray(answer.get("points"), "points")) {
            Map<String, Object> point = Json.asObject(item, "point");
            double miss = (double) point.get("false_negative_at_least");
            assertThat(miss).isBetween(0.0, before);
            before = miss;
        }
        assertThat(run(RUN, "tradeoff", "--events", "-", "--false-positive", "0.05")
                        .out())
                .contains("0.05", "at least");
    }

    @Test
    void group_tellsWhatAPersonWithSeveralRecordsGets() {
        Map<String, Object> three = run(RUN, "group", "--events", "-", "--delta", "1e-5", "--units", "3", "--json")
                .json();
        double one = (double) three.get("upper_of_one_unit");
        assertThat((double) three.get("upper")).isGreaterThan(3 * one);
        assertThat(run(RUN, "group", "--events", "-", "--delta", "1e-5", "--units", "0")
                        .status())
                .isEqualTo(2);
    }

    /** So little noise and so many steps that no lattice comes close: bounds come out, further apart. */
    @Test
    void epsilon_answersWhereTheBoundsStayApart() {
        String run = RUN.replace("1.0", "0.3").replace("0.01", "1e-9").replace("1000", "10000");
        Map<String, Object> answer = run(run, "epsilon", "--events", "-", "--delta", "1e-10", "--json")
                .json();
        assertThat((double) answer.get("lower")).isPositive();
        assertThat((double) answer.get("upper")).isBetween((double) answer.get("lower"), (double) answer.get("rdp"));
    }

    @Test
    void converged_tellsWhetherTheBoundsAreAsCloseAsAskedFor() {
        String[] epsilon = {"epsilon", "--events", "-", "--delta", "1e-5", "--json"};
        assertThat(run(RUN, epsilon).json()).containsEntry("converged", true);
        String jump = RUN.replace("1.0", "0.001").replace("0.01", "0.1").replace("1000", "2");
        String text = run(jump, "epsilon", "--events", "-", "--delta", "0.01").out();
        assertThat(text).contains("converged: false");
        assertThat(run(RUN, "epsilon", "--events", "-", "--delta", "0", "--json")
                        .json())
                .containsEntry("upper", "inf");
        assertThat(run(RUN, "delta", "--events", "-", "--epsilon", "1", "--json")
                        .json())
                .containsEntry("converged", true);
    }

    /** Order 2 in closed form: log(1 + q² (e^(1/σ²) - 1)) for each step. */
    @Test
    void rdp_printsTheDivergenceAtEachOrder() {
        Map<String, Object> answer =
                run(RUN, "rdp", "--events", "-", "--orders", "2,32.5", "--json").json();
        Map<String, Object> two =
                Json.asObject(Json.asArray(answer.get("points"), "points").get(0), "point");
        double exact = 1000 * Math.log1p(1e-4 * Math.expm1(1));
        assertThat((double) two.get("rdp")).isBetween(exact * (1 - 1e-14), exact * (1 + 1e-9));
        assertThat(run(RUN, "rdp", "--events", "-", "--orders", "2,1").status()).isEqualTo(2);
        assertThat(run(RUN, "rdp", "--events", "-", "--orders", "2,").err()).contains("--orders");
    }

    @Test
    void calibrate_findsWhatIsLeftOut() {
        String[] common = {"calibrate", "--epsilon", "2", "--delta", "1e-5", "--json"};
        Map<String, Object> sigma = run("", concat(common, "--sampling-probability", "0.01", "--steps", "500"))
                .json();
        assertThat((double) sigma.get("upper")).isBetween(1.998, 2.0);
        Map<String, Object> steps = run("", concat(common, "--sampling-probability", "0.01", "--noise-multiplier", "1"))
                .json();
        assertThat((long) steps.get("steps")).isGreaterThan(1000);
        Map<String, Object> q = run("", concat(common, "--steps", "500", "--noise-multiplier", "1"))
                .json();
        assertThat((double) q.get("sampling_probability")).isBetween(0.01, 0.02);
    }

    @Test
    void plan_tellsNoiseAndWhatOneMoreTrainingCosts(@TempDir Path folder) throws IOException {
        String page = folder.resolve("plan.html").toString();
        Map<String, Object> plan = run(
                        "",
                        "plan",
                        "--units=10000",
                        "--batch-size=500",
                        "--epochs=2",
                        "--epsilon=3",
                        "--delta=1e-6",
                        "--retrainings=4",
                        "--html",
                        page,
                        "--json")
                .json();
        assertThat(((Number) plan.get("steps_per_training")).longValue()).isEqualTo(40);
        double all = (double) plan.get("epsilon_of_all");
        double more = (double) plan.get("epsilon_of_one_more");
        assertThat(all).isBetween(2.997, 3.0);
        assertThat(more).isGreaterThan(all);
        assertThat((double) plan.get("cost_of_one_more")).isEqualTo(more - all);
        assertThat((double) plan.get("sum_of_the_trainings_own_epsilons"))
                .isEqualTo(4 * (double) plan.get("epsilon_of_one_training"))
                .isGreaterThan(all);
        assertThat((double) plan.get("rdp_epsilon_of_all")).isGreaterThan(all);
        assertThat(((Number) plan.get("trainings_that_fit_with_this_noise")).longValue())
                .isEqualTo(4);
        assertThat(Files.readString(Path.of(page))).contains("<svg");
    }

    @Test
    void exitCodes_areThoseOfTheHelp() {
        assertThat(run("").status()).isEqualTo(2);
        assertThat(run("").out()).contains("usage");
        assertThat(run("", "epsilon", "--help").status()).isZero();
        assertThat(run("", "epsilon", "--help").out()).contains("--events", "--json");
        assertThat(run("", "--help").status()).isZero();
        assertThat(run("", "--help").out()).contains("calibrate");
        assertThat(run(RUN, "epsilon", "--events", "no/such/file", "--delta", "1e-5")
                        .status())
                .isEqualTo(2);
        assertThat(run(RUN, "epsilon", "--events", "no/such/file", "--delta", "1e-5")
                        .err())
                .contains("no/such/file");
        assertThat(run(RUN, "epsilon", "--events", "-", "--delta", "2").status())
                .isEqualTo(2);
        assertThat(run(RUN, "epsilon", "--events", "-", "--delta", "1e-5").status())
                .isZero();
    }

    private static String[] concat(String[] first, String... second) {
        String[] all = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
