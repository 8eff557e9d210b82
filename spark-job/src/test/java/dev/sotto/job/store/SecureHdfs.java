package dev.sotto.job.store;

import java.io.File;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.minikdc.MiniKdc;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.kerby.kerberos.kerb.client.KrbClient;

/**
 * A program: a Kerberos with its realm, and an HDFS on loopback that asks for it, encrypts what is said and sent, and gives blocks for
 * tokens alone. In a JVM of its own, because Hadoop knows one way of telling users apart in each JVM. Its one argument is a folder,
 * in which {@code conf} (with an {@code ssl-server.xml}, on this JVM's class path) and {@code clinic} are; it leaves there
 *
 * <ul>
 *   <li>{@code krb5.conf}: the realm,
 *   <li>{@code conf/core-site.xml}: what a client has in its {@code HADOOP_CONF_DIR},
 *   <li>{@code analyst.keytab} and {@code analyst.ccache}: what proves that one is {@link #ANALYST}, for ever and for a day,
 * </ul>
 *
 * and in HDFS a copy of {@code clinic} that nobody but the analyst may read. It prints {@value #READY} and goes on until it is killed.
 */
public final class SecureHdfs {

    public static final String READY = "HDFS is there";
    public static final String ANALYST = "analyst";

    private static final String SERVER = "hdfs/localhost";
    private static final String WEB = "HTTP/localhost";

    private SecureHdfs() {}

    public static void main(String[] arguments) throws Exception {
        File folder = new File(arguments[0]);
        Properties realm = MiniKdc.createConf();
        realm.setProperty(MiniKdc.KDC_BIND_ADDRESS, "127.0.0.1");
        var kdc = new MiniKdc(realm, new File(folder, "kdc"));
        kdc.start();
        Files.copy(kdc.getKrb5conf().toPath(), folder.toPath().resolve("krb5.conf"));
        var servers = new File(folder, "servers.keytab");
        kdc.createPrincipal(servers, SERVER, WEB);
        var keytab = new File(folder, ANALYST + ".keytab");
        kdc.createPrincipal(keytab, ANALYST);
        logIn(kdc, keytab, new File(folder, ANALYST + ".ccache"));

        Map<String, String> client = client(kdc.getRealm());
        Configuration settings = server(kdc.getRealm(), servers.toString());
        client.forEach(settings::set);
        settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, new File(folder, "hdfs").toString());
        UserGroupInformation.setConfiguration(settings);
        UserGroupInformation.loginUserFromKeytab(SERVER, servers.toString());
        var cluster = new MiniDFSCluster.Builder(settings)
                .numDataNodes(1)
                .checkDataNodeAddrConfig(true)
                .build();
        fill(cluster.getFileSystem(), folder.toPath().resolve("clinic"));

        var core = new Configuration(false);
        client.forEach(core::set);
        core.set("fs.defaultFS", cluster.getFileSystem().getUri().toString());
        try (OutputStream file = Files.newOutputStream(folder.toPath().resolve("conf/core-site.xml"))) {
            core.writeXml(file);
        }
        System.out.println(READY);
    }

    /** As {@code kinit} does. */
    private static void logIn(MiniKdc kdc, File keytab, File tickets) throws Exception {
        var client = new KrbClient(new File(kdc.getKrb5conf().getParent()));
        client.init();
        client.storeTicket(client.requestTgt(ANALYST + "@" + kdc.getRealm(), keytab), tickets);
    }

    private static void fill(FileSystem hdfs, Path clinic) throws Exception {
        var there = new org.apache.hadoop.fs.Path("/clinic");
        hdfs.mkdirs(there, new FsPermission("700"));
        try (var files = Files.list(clinic)) {
            for (Path file : files.toList()) {
                hdfs.copyFromLocalFile(new org.apache.hadoop.fs.Path(file.toUri()), there);
            }
        }
        own(hdfs, there);
    }

    private static void own(FileSystem hdfs, org.apache.hadoop.fs.Path path) throws Exception {
        hdfs.setOwner(path, ANALYST, ANALYST);
        for (var inside : hdfs.listStatus(path)) {
            if (inside.isDirectory()) {
                own(hdfs, inside.getPath());
            } else {
                hdfs.setOwner(inside.getPath(), ANALYST, ANALYST);
            }
        }
    }

    /** What clients and servers must agree on. */
    private static Map<String, String> client(String realm) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("hadoop.security.authentication", "kerberos");
        settings.put("hadoop.rpc.protection", "privacy");
        settings.put("dfs.data.transfer.protection", "privacy");
        settings.put("dfs.namenode.kerberos.principal", SERVER + "@" + realm);
        return settings;
    }

    private static Configuration server(String realm, String keytab) {
        var settings = new Configuration();
        settings.setBoolean("hadoop.security.authorization", true);
        settings.setBoolean("dfs.block.access.token.enable", true);
        settings.set("dfs.datanode.kerberos.principal", SERVER + "@" + realm);
        settings.set("dfs.web.authentication.kerberos.principal", WEB + "@" + realm);
        settings.set("dfs.web.authentication.kerberos.keytab", keytab);
        settings.set("dfs.namenode.keytab.file", keytab);
        settings.set("dfs.datanode.keytab.file", keytab);
        settings.set("dfs.http.policy", "HTTPS_ONLY");
        settings.set("dfs.namenode.https-address", "localhost:0");
        settings.set("dfs.datanode.https.address", "localhost:0");
        return settings;
    }
}
