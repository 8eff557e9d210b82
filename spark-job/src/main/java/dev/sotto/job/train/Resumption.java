package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.OutputSettings.OnResume;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacySettings.Noise;
import dev.sotto.job.config.Texts;
import dev.sotto.job.report.Console;

/**
 * Where a resumed attempt ends. A lost driver's last steps are charged and taken again, so with all its steps the run costs more than
 * the epsilon that its noise was made for: either it takes fewer, or it costs more. Which, the user has said; how many steps, follows
 * from the plan and from what earlier attempts are charged for, before this one draws anything.
 */
final class Resumption {
    private Resumption() {}

    static Attempt endOf(
            Attempt attempt,
            Costs costs,
            PrivacySettings privacy,
            OnResume onResume,
            Accountant accountant,
            Console console) {
        if (!(privacy.noise() instanceof Noise.Target asked) || !privacy.isPrivate()) {
            return attempt;
        }
        long steps = costs.steps();
        double all = accountant.epsilon(attempt.event(costs), asked.delta()).upper();
        if (all <= asked.epsilon()) {
            return attempt;
        }
        String passes = "With all " + steps + " steps the run would cost epsilon " + Texts.number(all) + ", and "
                + Texts.number(asked.epsilon()) + " was asked for";
        if (onResume == OnResume.KEEP_STEPS) {
            console.say(passes + ": it takes them, as on-resume says keep-steps.");
            return attempt;
        }
        Attempt shorter = attempt.within(asked.epsilon(), asked.delta(), costs, accountant);
        if (shorter.end(steps) == 0) {
            throw new SottoException(
                    ExitCode.BUDGET,
                    passes
                            + ". Its driver was lost before the first checkpoint, and may have spent all of that: nothing is left to"
                            + " learn with. Give --on-resume keep-steps to let epsilon pass, or begin another run with a smaller"
                            + " --checkpoint-every.");
        }
        console.say(passes + ": it ends after step " + shorter.end(steps)
                + ". --on-resume keep-steps would keep the steps.");
        return shorter;
    }
}
