package dev.sotto.job.train;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.History;
import dev.sotto.accountant.ledger.Terms;
import dev.sotto.core.checkpoint.PeftAdapter;
import dev.sotto.core.checkpoint.Provenance;
import dev.sotto.core.checkpoint.Provenance.Link;
import dev.sotto.core.folder.Sha256;
import dev.sotto.core.model.SeedModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.report.Console;
import dev.sotto.job.store.DataLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the seed model had learned from private tables before this run. A model that was released of a table is a product of that
 * table: who trains on from it, on the same table, adds to what was spent.
 *
 * @param provenance of the seed model
 * @param counted runs whose cost is this table's too
 * @param apart runs on tables that share no unit with this one, by the user's declaration
 */
record Ancestry(Provenance provenance, List<Link> counted, List<Link> apart) {

    static final Ancestry NONE = new Ancestry(Provenance.NONE, List.of(), List.of());

    Ancestry {
        counted = List.copyOf(counted);
        apart = List.copyOf(apart);
    }

    /**
     * What the seed's folder says and that of the updates it begins with, and what the run's ledger knows of their weights, whether the
     * folders say so or not.
     *
     * @throws SottoException if it was trained on data that may be this run's, and is not accounted for with it
     */
    static Ancestry of(
            SeedModel seed,
            Optional<Path> adapter,
            TrainSettings settings,
            Optional<DataLedger> ledger,
            Console console) {
        Provenance said = read(seed.path()).and(adapter.map(Ancestry::read).orElse(Provenance.NONE));
        Provenance noted = ledger.map(kept -> kept.noted(RunReport.sha256(seed))
                        .and(adapter.map(folder -> kept.noted(sha256(folder))).orElse(Provenance.NONE)))
                .orElse(Provenance.NONE);
        tellUnsaid(said, noted, settings, console);
        Provenance provenance = noted.and(said);
        if (provenance.links().isEmpty()) {
            return NONE;
        }
        var history = ledger.map(DataLedger::history);
        List<Link> counted = new ArrayList<>();
        List<Link> apart = new ArrayList<>();
        for (Link link : provenance.links()) {
            boolean ours = isChargedTo(link, history, settings);
            if (!ours && settings.output().seedDataIsDisjoint()) {
                apart.add(link);
            } else {
                requireAccountedFor(link, ours, settings);
                counted.add(ours ? asCharged(link, ledger.orElseThrow()) : link);
            }
        }
        return new Ancestry(provenance, counted, apart);
    }

    private static String sha256(Path adapter) {
        try {
            return Sha256.ofFiles(List.of(adapter.resolve(PeftAdapter.WEIGHTS)));
        } catch (IOException cannotRead) {
            throw new UncheckedIOException(cannotRead);
        }
    }

    private static void tellUnsaid(Provenance said, Provenance noted, TrainSettings settings, Console console) {
        List<String> unsaid = new ArrayList<>(noted.runs());
        unsaid.removeAll(said.runs());
        if (!unsaid.isEmpty()) {
            console.say("The seed model " + settings.model().uri() + " has learned from private data in "
                    + String.join(", ", unsaid) + ", by the ledger; its " + Provenance.FILE
                    + " is missing or does not say so. What that cost counts.");
        }
    }

    /** A file beside a model is easily altered; the ledger's lines are not. */
    private static Link asCharged(Link link, DataLedger ledger) {
        return new Link(link.run(), link.seedHash(), link.terms(), ledger.charged(link.run()), link.ledger());
    }

    private static Provenance read(Path seed) {
        try {
            return Provenance.of(seed);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new SottoException(
                    ExitCode.MODEL,
                    "The model folder's " + Provenance.FILE
                            + ", which tells what private data it was trained on, cannot be"
                            + " understood: " + unreadable.getMessage()
                            + ". Without it the cost of training on cannot be told. Put the file back as it was.",
                    unreadable);
        }
    }

    private static boolean isChargedTo(Link link, Optional<History> history, TrainSettings settings) {
        Provenance.Charged charged = link.ledger();
        if (charged == null
                || history.flatMap(History::identity)
                        .filter(charged.identity()::equals)
                        .isEmpty()) {
            return false;
        }
        if (!history.orElseThrow().goesThrough(charged.head())) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    "The ledger of this run has lost lines: run " + link.run() + ", which made the seed model "
                            + settings.model().uri() + ", saw its line " + charged.head()
                            + ", and it is not there. Restore the ledger from a backup before anything is charged to it.");
        }
        return true;
    }

    private static void requireAccountedFor(Link link, boolean ours, TrainSettings settings) {
        if (!ours && link.ledger() != null) {
            throw refused(
                    link,
                    settings,
                    "that run is charged to "
                            + (settings.output().ledger() == null ? "a ledger, and none is given" : "another ledger")
                            + ". Give --ledger with the ledger of that run");
        }
        Terms terms = RunTerms.of(settings);
        if (!terms.addUpWith(link.terms())) {
            throw refused(
                    link,
                    settings,
                    "its privacy unit was " + link.terms().unit().words() + ", and this run's is "
                            + terms.unit().words()
                            + ", so that their costs cannot be added. Train with the same privacy unit");
        }
    }

    private static SottoException refused(Link link, TrainSettings settings, String why) {
        return new SottoException(
                ExitCode.SETTINGS,
                "The seed model " + settings.model().uri() + " was trained on private data (run " + link.run() + " on "
                        + link.terms().table()
                        + "), and what it cost counts for this run too, if its data is the same: " + why
                        + "; or, if no person or row of that table is in this one, say so with --seed-data-is-disjoint, which the"
                        + " report repeats as your declaration. Nothing was read or charged.");
    }

    /** Everything spent on this run's table by it and those before it. */
    DpEvent with(DpEvent own) {
        if (counted.isEmpty()) {
            return own;
        }
        List<DpEvent> all = new ArrayList<>(counted.stream().map(Link::event).toList());
        all.add(own);
        return new DpEvent.Composed(all);
    }

    /** Ids of the runs that are counted. */
    List<String> runs() {
        return new Provenance(counted).runs();
    }

    /** Runs that kept no ledger. */
    List<Link> uncharged() {
        return counted.stream().filter(link -> link.ledger() == null).toList();
    }

    /** Charges what was trained without a ledger to the one that this run keeps. */
    void chargeTo(DataLedger ledger) {
        uncharged().forEach(link -> ledger.adopt(link.run(), link.event(), link.terms()));
    }
}
