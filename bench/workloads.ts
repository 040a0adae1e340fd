// The machines that are measured: bundled guests in 16 MiB, Debian in 256 MiB. Fixed date and entropy, so that every
// run executes the same instructions.
import { join } from "node:path";

const GUESTS = join(import.meta.dirname, "../guests/bin");
const CLOCK = { startTime: "2026-01-01T00:00:00Z" };

/** A slot as in a config file: a provider with its options. */
export interface SlotText {
  readonly use: string;
  readonly [option: string]: unknown;
}

/** The slots that benchmarks vary; the rest have the defaults users get. */
export interface Slots {
  readonly replication: SlotText;
  readonly checkpoint?: SlotText;
  readonly memorySharing?: SlotText;
  readonly recovery?: SlotText;
  readonly faults?: readonly object[];
}

export const SOLO: Slots = {
  replication: { use: "solo" },
  checkpoint: { use: "never" },
  recovery: { use: "fail-stop" },
};
export const PAIR: Slots = {
  replication: { use: "pair" },
  checkpoint: { use: "periodic" },
  recovery: { use: "third-replica" },
  memorySharing: { use: "merge-verified" },
};

export interface Images {
  readonly kernel: string;
  readonly initramfs: string;
}

export const guestPath = (guest: string): string => join(GUESTS, `${guest}.elf`);

export function guestConfig(guest: string, slots: Slots, commandLine?: string): object {
  const boot = { use: "elf", program: guestPath(guest) };
  return {
    machine: {
      ram: "16 MiB",
      boot: commandLine === undefined ? boot : { ...boot, commandLine },
      clock: CLOCK,
    },
    console: { use: "null" },
    ...slots,
  };
}

/** QEMU hands its guest a seed too; a fixed one keeps runs equal. */
const RNG_SEED = "0123456789abcdef".repeat(4);
/** Runs a shell command without double quotes, then powers off. */
export const debianCommandLine = (run: string): string => `console=ttyS0 xv.run="${run}"`;
export const BOOT_ONLY: string = debianCommandLine("exit 0");

export function debianConfig(
  { kernel, initramfs }: Images,
  slots: Slots,
  commandLine: string = BOOT_ONLY,
): object {
  return {
    machine: {
      ram: "256 MiB",
      boot: {
        use: "sbi-linux",
        kernel,
        initramfs,
        commandLine,
        rngSeed: RNG_SEED,
      },
      devices: [{ use: "virtio-entropy", backend: { use: "seeded-entropy" } }],
      clock: CLOCK,
    },
    console: { use: "null" },
    ...slots,
  };
}
