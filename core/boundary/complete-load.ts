// Puts the answer of a device where the load that asked for it would have put it, an instruction later.
import type { LoadDestination, Processor } from "../api/processor.ts";

const REGISTER_BITS = 64;

/**
 * The load has put 0 there for the time being. What a fault made of that 0 meanwhile is a fault of the value, and stays.
 * @param words as read, 4 bytes each, low first
 */
export function completeLoad(
  processor: Processor,
  destination: LoadDestination,
  words: readonly number[],
): void {
  const { register } = destination;
  const change = extended(destination, words) ^ extended(destination, []);
  processor.writeRegister(register, processor.readRegister(register) ^ change);
}

function extended({ bytes, above }: LoadDestination, words: readonly number[]): bigint {
  const bits = bytes * 8;
  const read = (BigInt((words[1] ?? 0) >>> 0) << 32n) | BigInt((words[0] ?? 0) >>> 0);
  const value = BigInt.asUintN(bits, read);
  if (above === "sign") return BigInt.asUintN(REGISTER_BITS, BigInt.asIntN(bits, value));
  if (above === "zeros") return value;
  return value | BigInt.asUintN(REGISTER_BITS, -1n << BigInt(bits));
}
