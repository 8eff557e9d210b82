package dev.sotto.accountant.pld;

/**
 * Both directions of one mechanism.
 *
 * @param removal log(P/Q) under P: the unit was there
 * @param addition log(Q/P) under Q: the unit was not there
 */
record RoundedPair(RoundedLoss removal, RoundedLoss addition) {}
