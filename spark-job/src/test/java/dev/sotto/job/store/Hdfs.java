package dev.sotto.job.store;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A real HDFS on loopback: one name node and one data node in this JVM. */
public final class Hdfs implements AutoCloseable {

    private final MiniDFSCluster cluster;

    private Hdfs(MiniDFSCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Starts it.
     *
     * @param folder for its blocks, empty
     */
    public static Hdfs start(Path folder) throws IOException {
        var settings = new Configuration();
        settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
        return new Hdfs(new MiniDFSCluster.Builder(settings).numDataNodes(1).build());
    }

    /** The address of a path in it. */
    public String uri(String path) throws IOException {
        return cluster.getFileSystem().getUri() + path;
    }

    public DistributedFileSystem files() throws IOException {
        return cluster.getFileSystem();
    }

    @Override
    public void close() {
        cluster.shutdown();
    }
}
