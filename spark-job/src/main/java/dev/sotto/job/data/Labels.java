package dev.sotto.job.data;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From a label as the table holds it to the number that the loss takes. Declared, never collected from the data. */
public sealed interface Labels extends Serializable {

    /** The class index or the target; NaN where the value is none that was declared. */
    float encode(@Nullable String label);

    /** Class names in the order of the model's outputs. */
    record Classes(List<String> names) implements Labels {
        public Classes {
            names = List.copyOf(names);
        }

        @Override
        public float encode(@Nullable String label) {
            int index = label == null ? -1 : names.indexOf(label.strip());
            return index < 0 ? Float.NaN : index;
        }
    }

    /** A real number. */
    record Target() implements Labels {
        @Override
        public float encode(@Nullable String label) {
            if (label == null) {
                return Float.NaN;
            }
            try {
                float target = Float.parseFloat(label.strip());
                return Float.isFinite(target) ? target : Float.NaN;
            } catch (NumberFormatException notANumber) {
                return Float.NaN;
            }
        }
    }

    /** A text, which is encoded with the row itself. */
    record Completion() implements Labels {
        @Override
        public float encode(@Nullable String label) {
            return label == null || label.isBlank() ? Float.NaN : 0;
        }
    }
}
