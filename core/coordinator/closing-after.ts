// Closes what was opened on the way, the last one first, whether the way was gone to its end or not.

/** Notes how to close what was just opened. */
export type OnClose = (close: () => unknown) => void;

/**
 * Runs `body` and then closes everything it noted, even where closing some of it fails. The error of `body` goes before
 * those of closing, of which the first is thrown.
 */
export async function closingAfter<T>(body: (onClose: OnClose) => Promise<T>): Promise<T> {
  const closes: (() => unknown)[] = [];
  let result: T;
  try {
    result = await body((close) => closes.push(close));
  } catch (error) {
    await closeAll(closes);
    throw error;
  }
  const errors = await closeAll(closes);
  if (errors.length > 0) throw errors[0];
  return result;
}

/** @returns what went wrong */
async function closeAll(closes: readonly (() => unknown)[]): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const close of closes.toReversed()) {
    try {
      await close();
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}
