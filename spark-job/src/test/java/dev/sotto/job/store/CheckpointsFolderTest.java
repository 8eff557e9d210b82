package dev.sotto.job.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other programs call a folder "checkpoints", too. */
class CheckpointsFolderTest {
    private final Configuration hadoop = new Configuration();

    @TempDir
    Path out;

    @Test
    void folderOfThatNameWithOtherFiles_isNoRunToGoOnWith() throws IOException {
        Path theirs = Files.createDirectories(out.resolve("checkpoints")).resolve("epoch-3.ckpt");
        Files.writeString(theirs, "weeks of work");

        assertThatThrownBy(() -> OutputFolder.create(out.toString(), true, hadoop))
                .isInstanceOfSatisfying(SottoException.class, told -> assertThat(told.exitCode())
                        .isEqualTo(ExitCode.OUTPUT))
                .hasMessageContaining("is not empty");
        assertThat(theirs).exists();
    }

    @Test
    void whenTheRunIsDone_itsOwnFilesGoAndOthersStay() throws IOException {
        var checkpoints = Checkpoints.in(OutputFolder.create(out.toString(), true, hadoop), 2, hadoop);
        checkpoints.claim("run", 1);
        OutputFolder.create(out.toString(), true, hadoop); // the same command again
        Path folder = out.resolve("checkpoints");
        Path theirs =
                Files.writeString(Files.createDirectory(folder.resolve("more")).resolve("notes.txt"), "mine");

        checkpoints.delete();
        assertThat(theirs).exists();
        assertThat(folder).isDirectoryNotContaining("regex:.*attempt.*");

        Files.delete(theirs);
        Files.delete(theirs.getParent());
        checkpoints.delete();
        assertThat(folder).doesNotExist();
    }
}
