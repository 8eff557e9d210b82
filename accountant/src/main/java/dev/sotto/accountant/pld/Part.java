package dev.sotto.accountant.pld;

/**
 * One direction of one mechanism, and how often it ran.
 *
 * @param count &gt; 0
 */
record Part(RoundedLoss loss, long count) {}
