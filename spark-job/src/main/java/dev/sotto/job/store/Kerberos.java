package dev.sotto.job.store;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.security.sasl.SaslException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.KerberosAuthException;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.token.SecretManager;

/** Stores that ask for Kerberos. Who logs in, and how, is Hadoop's and Spark's own business; this is what they leave open. */
public final class Kerberos {

    private static final String RENEWER = "yarn.resourcemanager.principal";

    private static final String ADVICE =
            "The store asks for Kerberos and did not take this process's word for who it is. HADOOP_CONF_DIR must name the"
                    + " cluster's settings; the driver needs kinit beforehand, or --principal and --keytab before the command (not"
                    + " on a standalone cluster); a standalone cluster's executors need a token file"
                    + " (spark.executorEnv.HADOOP_TOKEN_FILE_LOCATION). Tickets and tokens end: docs/operations.md, Kerberos, has"
                    + " each way.";

    private Kerberos() {}

    /**
     * Some of Spark's readers get themselves a token, for which Hadoop wants to know who may renew it: YARN, by its name, or the reading
     * ends there. Where there is no YARN, nobody renews it, and the user's own name will do.
     */
    public static void nameRenewer(Configuration hadoop) {
        if (UserGroupInformation.isSecurityEnabled() && hadoop.get(RENEWER) == null) {
            try {
                hadoop.set(RENEWER, UserGroupInformation.getCurrentUser().getUserName());
            } catch (IOException nobody) {
                return; // the first store that is asked will tell
            }
        }
    }

    /** What to do, if this is what a store ends in that wants a proof and got none, or one that has expired. */
    public static Optional<String> advice(Throwable error) {
        return Stream.iterate(error, each -> each != null, Throwable::getCause)
                        .anyMatch(each -> each instanceof SaslException || (isOfHadoop(each) && asksForProof(each)))
                ? Optional.of(ADVICE)
                : Optional.empty();
    }

    /** Commands that run without Spark have no Hadoop on their class path, not even to compare with. */
    private static boolean isOfHadoop(Throwable error) {
        return error.getClass().getName().startsWith("org.apache.hadoop.");
    }

    private static boolean asksForProof(Throwable error) {
        String message = String.valueOf(error.getMessage());
        boolean refused = error instanceof AccessControlException || told(error, AccessControlException.class);
        return (refused && message.contains("authenticat")) // its other use is for rights
                || error instanceof KerberosAuthException
                || error instanceof SecretManager.InvalidToken
                || told(error, SecretManager.InvalidToken.class);
    }

    private static boolean told(Throwable error, Class<?> there) {
        return error instanceof RemoteException remote && there.getName().equals(remote.getClassName());
    }
}
