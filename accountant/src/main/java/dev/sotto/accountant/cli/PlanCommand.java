package dev.sotto.accountant.cli;

import dev.sotto.accountant.report.Plan;
import dev.sotto.accountant.report.PlanPicture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For this table, batch, epochs and budget: what sigma, how many retrainings fit, what one more costs. */
final class PlanCommand {
    private PlanCommand() {}

    static String run(Arguments a) {
        long retrainings = a.has("retrainings") ? a.whole("retrainings") : 1;
        Plan plan = Plan.find(
                a.whole("units"),
                a.number("batch-size"),
                a.number("epochs"),
                a.number("epsilon"),
                a.number("delta"),
                retrainings);
        Answer answer = new Answer()
                .with("sampling_probability", plan.samplingProbability())
                .with("steps_per_training", plan.steps())
                .with("retrainings", plan.retrainings())
                .with("noise_multiplier", plan.noiseMultiplier())
                .with("epsilon_of_one_training", plan.epsilonOf(1))
                .with("epsilon_of_all", plan.epsilonOf(plan.retrainings()))
                .with("epsilon_of_one_more", plan.epsilonOf(plan.retrainings() + 1))
                .with("cost_of_one_more", plan.epsilonOf(plan.retrainings() + 1) - plan.epsilonOf(plan.retrainings()))
                .with("sum_of_the_trainings_own_epsilons", plan.retrainings() * plan.epsilonOf(1))
                .with("rdp_epsilon_of_all", plan.rdpEpsilonOf(plan.retrainings()))
                .with("trainings_that_fit_with_this_noise", plan.trainingsThatFit())
                .with("delta", plan.delta());
        if (a.has("html")) {
            draw(plan, a.required("html"));
            answer.with("html", a.required("html"));
        }
        return answer.print(a.has("json"));
    }

    private static void draw(Plan plan, String file) {
        try {
            Files.writeString(Path.of(file), PlanPicture.html(plan));
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException(
                    "--html: " + file + " cannot be written ("
                            + cannotWrite.getClass().getSimpleName()
                            + "). Give a file in a folder that is there and may be written to.",
                    cannotWrite);
        }
    }
}
