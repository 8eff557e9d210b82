package dev.sotto.job.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether two addresses of folders mean places that lie one in the other. In doubt they do. */
public final class Places {
    private static final Pattern URI =
            Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(//(?<authority>[^/]*))?(?<path>(/.*)?)");

    private Places() {}

    /** Whether both are the same folder, or one is within the other. */
    public static boolean overlap(String one, String other) {
        Place a = Place.of(one);
        Place b = Place.of(other);
        return a.mayBeOnTheStoreOf(b)
                && (a.path().startsWith(b.path()) || b.path().startsWith(a.path()));
    }

    /**
     * @param scheme empty for a plain path, which is on Hadoop's default store, whichever that is
     * @param authority host or bucket; empty for the default one
     */
    private record Place(String scheme, String authority, Path path) {

        static Place of(String address) {
            Matcher uri = URI.matcher(address);
            if (!uri.matches()) {
                return new Place("", "", real(Path.of(address)));
            }
            String scheme = uri.group("scheme").toLowerCase(Locale.ROOT).replaceFirst("^s3[an]$", "s3");
            String authority = uri.group("authority") == null ? "" : uri.group("authority");
            Path path = Path.of("/" + uri.group("path"));
            return new Place(
                    scheme, authority.toLowerCase(Locale.ROOT), scheme.equals("file") ? real(path) : path.normalize());
        }

        /** Without links and dots, as far as it exists. */
        private static Path real(Path path) {
            Path whole = path.toAbsolutePath().normalize();
            Path there = whole;
            while (there.getParent() != null && !Files.exists(there)) {
                there = there.getParent();
            }
            try {
                return there.toRealPath().resolve(there.relativize(whole));
            } catch (IOException unreadable) {
                return whole;
            }
        }

        boolean mayBeOnTheStoreOf(Place other) {
            boolean schemes = scheme.isEmpty() || other.scheme.isEmpty() || scheme.equals(other.scheme);
            boolean authorities = authority.isEmpty() || other.authority.isEmpty() || authority.equals(other.authority);
            return schemes && authorities;
        }
    }
}
