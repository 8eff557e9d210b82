package dev.sotto.job.train;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.ledger.Terms;
import dev.sotto.accountant.ledger.Unit;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TrainSettings;
import java.util.Locale;

/** What a run's cost holds for. */
public final class RunTerms {
    private RunTerms() {}

    public static Terms of(TrainSettings settings) {
        Unit unit = settings.data().unit() instanceof PrivacyUnit.Column column
                ? new Unit.Column(column.name(), column.maxRows())
                : new Unit.Row();
        return new Terms(
                unit,
                Adjacency.ADD_OR_REMOVE_ONE,
                settings.data().table().identity(),
                settings.privacy().rowIndependence().name().toLowerCase(Locale.ROOT));
    }
}
