package dev.sotto.job.store;

import dev.sotto.accountant.ledger.LedgerStore;
import dev.sotto.core.train.Phases;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The checkpoints of one run, and the claims of its attempts: objects that are written once, whole or not at all.
 *
 * <p>An attempt that takes over claims its number first and looks at checkpoints afterwards; an attempt that is at work writes a
 * checkpoint first and looks for later claims afterwards, and ends if there is one. So a driver that was given up for lost and
 * is not ({@code k} being its steps from one checkpoint to the next) draws at most k times after the last of its checkpoints
 * that the new attempt saw.
 */
public final class Checkpoints {
    /** The folder within the output folder. */
    public static final String FOLDER = "checkpoints";

    private static final Pattern CLAIM = Pattern.compile("attempt-(\\d{6})");
    private static final Pattern COUNT = Pattern.compile("count-(\\d{6})");
    private static final Pattern NAME = Pattern.compile("attempt-(\\d{6})-step-(\\d{12})(\\.last)?\\.ckpt");
    private static final int KEPT = 2; // a later attempt may be about to read the last but one

    private final LedgerStore once;
    private final Folder folder;
    private final long every;

    private Checkpoints(LedgerStore once, Folder folder, long every) {
        this.once = once;
        this.folder = folder;
        this.every = every;
    }

    /**
     * Those of the run whose output goes to this folder.
     *
     * @param every how many steps this attempt takes from one to the next
     */
    public static Checkpoints in(OutputFolder output, long every, Configuration hadoop) {
        Folder folder = output.folder(FOLDER);
        return new Checkpoints(WriteOnce.in(folder.path().toString(), hadoop), folder, every);
    }

    /** The address of their folder, as a person would open it. */
    public String address() {
        return OutputFolder.typed(folder.path());
    }

    public long every() {
        return every;
    }

    /** The id of the run that began here, if one did. */
    public Optional<String> runId() {
        try {
            int first = firstClaim();
            return first > 0
                    ? Optional.of(new String(once.read(claim(first)), StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (IOException unreadable) {
            throw failed(unreadable);
        }
    }

    /** The number of the first attempt that was made here; 0 if none was. */
    public int firstClaim() {
        try {
            return claims().min().orElse(0);
        } catch (IOException unreadable) {
            throw failed(unreadable);
        }
    }

    /**
     * Begins an attempt: from here on every earlier one ends at its next checkpoint.
     *
     * @param least the number of the first attempt here, from 1
     * @return its number
     */
    public int claim(String runId, int least) {
        try {
            int number = Math.max(lastClaim(), least - 1);
            do {
                number++;
            } while (!once.createIfAbsent(claim(number), runId.getBytes(StandardCharsets.UTF_8)));
            return number;
        } catch (IOException cannotWrite) {
            throw failed(cannotWrite);
        }
    }

    /** When an attempt began, by its store's clock. */
    public Instant begun(int attempt) {
        try {
            return Instant.ofEpochMilli(
                    folder.store().getFileStatus(folder.file(claim(attempt))).getModificationTime());
        } catch (IOException unreadable) {
            throw failed(unreadable);
        }
    }

    /** An attempt is about to count the usable units. To be written before it looks for later claims, as a checkpoint is. */
    public void counts(int attempt, RunIdentity run) {
        try {
            once.createIfAbsent(count(attempt), run.hash().getBytes(StandardCharsets.UTF_8));
        } catch (IOException cannotWrite) {
            throw failed(cannotWrite);
        }
    }

    /** The attempts that can have counted; of those that a later one has taken over from no more come. */
    public Set<Integer> counted() {
        try {
            return once.list().stream()
                    .map(COUNT::matcher)
                    .filter(Matcher::matches)
                    .map(parts -> Integer.parseInt(parts.group(1)))
                    .collect(Collectors.toSet());
        } catch (IOException unreadable) {
            throw failed(unreadable);
        }
    }

    /** Whether a later attempt has begun. */
    public boolean isSuperseded(int attempt) {
        try {
            return lastClaim() > attempt;
        } catch (IOException unreadable) {
            throw failed(unreadable);
        }
    }

    private int lastClaim() throws IOException {
        return claims().max().orElse(0);
    }

    private IntStream claims() throws IOException {
        return once.list().stream()
                .map(CLAIM::matcher)
                .filter(Matcher::matches)
                .mapToInt(claim -> Integer.parseInt(claim.group(1)));
    }

    /**
     * The last checkpoint of each earlier attempt that wrote one, attempts ascending.
     *
     * @throws SottoException if one is torn or of another run, or an attempt at another run has counted
     */
    public List<Checkpoint> lastOfEach(int before, RunIdentity run, Phases phases, int dimension) {
        try {
            var last = new TreeMap<Integer, String>();
            for (String name :
                    once.list().stream().sorted().toList()) { // names sort by attempt, step, and a last one behind
                requireSameCount(name, run);
                Matcher parts = NAME.matcher(name);
                if (parts.matches() && Integer.parseInt(parts.group(1)) < before) {
                    last.put(Integer.parseInt(parts.group(1)), name);
                }
            }
            List<Checkpoint> found = new ArrayList<>();
            for (String name : last.values()) {
                found.add(Checkpoint.fromBytes(folder.file(name).toString(), once.read(name), run, phases, dimension));
            }
            return found;
        } catch (IOException unreadable) {
            throw failed(unreadable);
        }
    }

    /** What a count cost is told by the settings that it was made under. */
    private void requireSameCount(String name, RunIdentity run) throws IOException {
        if (COUNT.matcher(name).matches() && !run.hash().equals(new String(once.read(name), StandardCharsets.UTF_8))) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    folder.path()
                            + " is of a run with other settings, which has counted usable units and is charged for that. Start"
                            + " with its settings, or begin a new run with another --output and --run-id. Nothing was read or"
                            + " charged.");
        }
    }

    /** Writes one, durable on return, and takes away those of its attempt that it makes needless. */
    public void write(Checkpoint checkpoint, RunIdentity run) {
        Reached reached = checkpoint.reached();
        String name = String.format(
                "%s-step-%012d%s.ckpt", claim(reached.attempt()), reached.step(), reached.isLast() ? ".last" : "");
        byte[] content = checkpoint.toBytes(run);
        try {
            if (!once.createIfAbsent(name, content) && !Arrays.equals(once.read(name), content)) {
                throw new IOException(name + " is there already, with other content");
            }
            List<String> own = once.list().stream()
                    .filter(other -> other.startsWith(claim(reached.attempt()) + "-"))
                    .sorted()
                    .toList();
            for (String old : own.subList(0, Math.max(0, own.size() - KEPT))) {
                folder.store().delete(folder.file(old), false);
            }
        } catch (IOException cannotWrite) {
            throw failed(cannotWrite);
        }
    }

    /** Whether a folder that lies where theirs would is one of theirs: not somebody else's who calls it so, too. */
    static boolean areIn(Folder folder) throws IOException {
        return folder.names().stream().allMatch(Checkpoints::isOurs);
    }

    private static boolean isOurs(String name) {
        return Stream.of(CLAIM, COUNT, NAME).anyMatch(each -> each.matcher(name).matches())
                || HdfsOnce.isTemporary(name);
    }

    /** Takes them all away: the run is done. What else somebody put there stays. */
    public void delete() {
        try {
            for (String name : folder.names()) {
                if (isOurs(name)) {
                    folder.store().delete(folder.file(name), false);
                }
            }
            if (folder.names().isEmpty()) {
                folder.store().delete(folder.path(), false);
            }
        } catch (IOException cannotWrite) {
            throw failed(cannotWrite);
        }
    }

    private static String claim(int attempt) {
        return String.format("attempt-%06d", attempt);
    }

    private static String count(int attempt) {
        return String.format("count-%06d", attempt);
    }

    private SottoException failed(IOException cause) {
        return new SottoException(
                ExitCode.OUTPUT,
                "The checkpoints in " + folder.path() + " cannot be read or written: " + Texts.why(cause)
                        + ". Without them a run that is broken off cannot be resumed and is charged in full. Check the"
                        + " address, the space left, and this job's right to write there.",
                cause);
    }
}
