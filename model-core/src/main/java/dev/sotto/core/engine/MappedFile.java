package dev.sotto.core.engine;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * Parts of a file, mapped read-only when this is made: parts that lie near each other share a mapping of at most 2 GiB, which is as much as
 * a buffer of Java reaches, and each part lies in one of them as a whole. So a file takes a handful of mappings however many parts it has;
 * Linux gives a process 65,530 in all.
 *
 * <p>All are mapped at once and none later: a thread that is interrupted in a file channel, as Spark interrupts tasks that it needs no
 * more, closes it for all other threads, so no channel is kept.
 */
public final class MappedFile implements AutoCloseable {
    /** The largest part that can be read. */
    public static final long LARGEST_PART = Integer.MAX_VALUE;

    private final NavigableMap<Long, MappedByteBuffer> segments = new TreeMap<>(); // by their begin
    private final ReadWriteLock reading = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * A part of a file.
     *
     * @param begin from the start of the file
     * @param size in bytes
     */
    public record Part(long begin, long size) {
        /** Where it ends. */
        public long end() {
            return begin + size;
        }
    }

    private MappedFile() {}

    /**
     * Maps parts of a file, but for those larger than {@link #LARGEST_PART}. The channel may be closed thereafter.
     *
     * @param parts that lie within the file
     * @throws IOException if the file cannot be mapped
     */
    public static MappedFile of(FileChannel channel, Collection<Part> parts) throws IOException {
        List<Part> inOrder = parts.stream()
                .filter(part -> part.size() <= LARGEST_PART)
                .sorted(Comparator.comparingLong(Part::begin).thenComparingLong(Part::size))
                .toList();
        var mapped = new MappedFile();
        try {
            int next = 0;
            while (next < inOrder.size()) {
                long begin = inOrder.get(next).begin();
                long end = begin;
                while (next < inOrder.size() && inOrder.get(next).end() - begin <= LARGEST_PART) {
                    end = Math.max(end, inOrder.get(next).end());
                    next++;
                }
                mapped.segments.put(begin, channel.map(FileChannel.MapMode.READ_ONLY, begin, end - begin));
            }
            return mapped;
        } catch (IOException | RuntimeException e) {
            mapped.close();
            throw e;
        }
    }

    /**
     * The bytes of a part, little-endian. They must not be touched once this is closed: the memory is gone then, and reading it ends the
     * process. {@link #read} is safe where several threads may read and close.
     *
     * @param part one of those that were mapped
     * @throws IllegalStateException if this is closed
     */
    public ByteBuffer bytes(Part part) {
        return read(part, bytes -> bytes);
    }

    /**
     * Reads a part while it is sure to stay mapped: closing waits.
     *
     * @param part one of those that were mapped
     * @param function of its bytes, little-endian; it must not hand them out
     * @throws IllegalStateException if this is closed
     */
    public <T> T read(Part part, Function<ByteBuffer, T> function) {
        reading.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The file is closed: nothing can be read of it any more.");
            }
            Map.Entry<Long, MappedByteBuffer> segment = segments.floorEntry(part.begin());
            if (segment == null
                    || part.end() - segment.getKey() > segment.getValue().capacity()) {
                throw new IllegalArgumentException(
                        "Nothing is mapped of bytes " + part.begin() + " to " + part.end() + ".");
            }
            int offset = (int) (part.begin() - segment.getKey());
            ByteBuffer bytes = segment.getValue().slice(offset, (int) part.size());
            return function.apply(bytes.order(ByteOrder.LITTLE_ENDIAN));
        } finally {
            reading.readLock().unlock();
        }
    }

    /** Unmaps. */
    @Override
    public void close() {
        reading.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                segments.values().forEach(Unmapping::unmap);
                segments.clear();
            }
        } finally {
            reading.writeLock().unlock();
        }
    }

    /**
     * Java 17 has no public way to unmap other than to wait for the garbage collector, which may come too late for the operating system's
     * limit. This is what Netty, Arrow and Lucene do; by reflection, since compilers warn of the class.
     */
    private static final class Unmapping {
        private static final Unmapping FOUND = new Unmapping();

        private final Object unsafe;
        private final Method invokeCleaner;

        private Unmapping() {
            try {
                Class<?> type = Class.forName("sun.misc.Unsafe");
                Field instance = type.getDeclaredField("theUnsafe");
                instance.setAccessible(true);
                unsafe = instance.get(null);
                invokeCleaner = type.getMethod("invokeCleaner", ByteBuffer.class);
            } catch (ReflectiveOperationException unknown) {
                throw new IllegalStateException(
                        "This JDK cannot unmap files: it lacks the module jdk.unsupported.", unknown);
            }
        }

        static void unmap(MappedByteBuffer whole) {
            try {
                FOUND.invokeCleaner.invoke(FOUND.unsafe, whole);
            } catch (IllegalAccessException | InvocationTargetException failed) {
                throw new IllegalStateException("Unmapping a file failed.", failed);
            }
        }
    }
}
