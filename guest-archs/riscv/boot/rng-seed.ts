// The random seed that a boot loader hands to the kernel, so that its random numbers are ready from the first moment.
// Source: Linux Documentation/devicetree/bindings and drivers/of/fdt.c, property /chosen/rng-seed; the kernel takes 256
// bits as enough when it trusts its boot loader (CONFIG_RANDOM_TRUST_BOOTLOADER, as Debian's does).
//
// DETERMINISM: the loader runs once, in the coordinator; the seed is part of the initial state of all replicas. A run
// with a seed from the host is not the same as the next one.
import { randomBytes } from "node:crypto";

const FROM_HOST = "host";
const SEED_BYTES = 32;

export const RNG_SEED_OPTION: {
  readonly type: "string";
  readonly pattern: string;
  readonly description: string;
} = {
  type: "string",
  pattern: "^(host|([0-9a-fA-F]{2}){32,64})$",
  description:
    "Seed of the kernel's random numbers: `host` for random bytes of the host, or 32 to 64 bytes " +
    "in hexadecimal for reproducible runs. Default: none.",
};

/** Bytes for /chosen/rng-seed, or undefined when the option is absent. */
export function rngSeed(option: string | undefined): Uint8Array | undefined {
  if (option === undefined) return undefined;
  return new Uint8Array(
    option === FROM_HOST ? randomBytes(SEED_BYTES) : Buffer.from(option, "hex"),
  );
}
