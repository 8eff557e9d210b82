package dev.sotto.job.train;

import dev.sotto.job.store.RunIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run for programs that read logs: one event each for its beginning, its steps and its end, with named values. At level INFO, which
 * the launcher shows where structured logs were asked for; a person reads the same on the console. Public, all of it.
 */
final class RunLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sotto.run");

    private final String run;

    RunLog(String run) {
        this.run = run;
    }

    void begins(RunIdentity identity, Attempt attempt, long steps) {
        LOG.atInfo()
                .addKeyValue("run", run)
                .addKeyValue("plan", identity.plan())
                .addKeyValue("attempt", attempt.number())
                .addKeyValue("first_step", attempt.first())
                .addKeyValue("steps", steps)
                .log("run begins");
    }

    void stepDone(long step, long steps, double epsilon) {
        LOG.atInfo()
                .addKeyValue("run", run)
                .addKeyValue("step", step)
                .addKeyValue("steps", steps)
                .addKeyValue("epsilon", epsilon)
                .log("step done");
    }

    void ends() {
        LOG.atInfo().addKeyValue("run", run).log("run ends");
    }
}
