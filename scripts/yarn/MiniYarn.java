import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/** A YARN on loopback with one node, until it is killed. Leaves the settings of a client in a folder, its one argument. */
public final class MiniYarn {

    private MiniYarn() {}

    public static void main(String[] arguments) throws Exception {
        var settings = new YarnConfiguration();
        settings.set("yarn.nodemanager.resource.memory-mb", "6000");
        settings.set("yarn.scheduler.minimum-allocation-mb", "256");
        settings.set("yarn.nodemanager.vmem-check-enabled", "false");
        settings.set("yarn.nodemanager.env-whitelist", "JAVA_HOME");
        settings.set("yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "99");
        settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "0.9");
        settings.set("yarn.scheduler.capacity.root.queues", "default");
        settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
        var yarn = new MiniYARNCluster("clinic", 1, 1, 1);
        yarn.init(settings);
        yarn.start();
        Path file = Path.of(arguments[0], "yarn-site.xml");
        try (var out = Files.newOutputStream(Path.of(file + ".part"))) {
            yarn.getConfig().writeXml(out);
        }
        Files.move(Path.of(file + ".part"), file);
    }
}
