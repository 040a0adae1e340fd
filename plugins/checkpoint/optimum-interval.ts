// The time between checkpoints that wastes the least: pauses on the one hand, work to be done again after a fault on the
// other. `pause` is the cost of one checkpoint, `meanBetweenFaults` the mean time between faults that make a replay
// necessary; all three in the same unit.

/** First-order optimum: sqrt(2 C M). J. W. Young, CACM 17(9), 1974, p. 530-531. */
export const youngInterval = (pause: number, meanBetweenFaults: number): number =>
  Math.sqrt(2 * pause * meanBetweenFaults);

/**
 * Higher-order estimate, good also where faults are as frequent as checkpoints.
 * J. T. Daly, Future Generation Computer Systems 22(3), 2006, p. 303-312: the perturbation solution, which predicts the
 * optima of its figures 3 to 5.
 */
export function dalyInterval(pause: number, meanBetweenFaults: number): number {
  if (pause >= 2 * meanBetweenFaults) return meanBetweenFaults;
  const ratio = pause / (2 * meanBetweenFaults);
  const correction = 1 + Math.sqrt(ratio) / 3 + ratio / 9;
  return youngInterval(pause, meanBetweenFaults) * correction - pause;
}
