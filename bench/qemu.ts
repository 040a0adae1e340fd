// QEMU's system emulator as the peer: the same ELF or kernel on its `virt` machine with one hart.
import { spawnSync } from "node:child_process";
import { BOOT_ONLY, guestPath, type Images } from "./workloads.ts";
import { runTimed, type ProcessCost } from "./timed-process.ts";

const QEMU = "qemu-system-riscv64";
const MACHINE = ["-M", "virt", "-nographic"] as const;
/** One guest instruction per virtual nanosecond: the mode in which QEMU counts instructions as we do. */
export const ICOUNT = ["-icount", "shift=0"] as const;

/** First line of its version, or undefined where it isn't installed. */
export function qemuVersion(): string | undefined {
  const { status, stdout } = spawnSync(QEMU, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0] : undefined;
}

export function runGuestOnQemu(
  guest: string,
  extra: readonly string[] = [],
  commandLine?: string,
): Promise<ProcessCost> {
  const append = commandLine === undefined ? [] : ["-append", commandLine];
  const boot = ["-m", "16M", "-bios", "none", "-kernel", guestPath(guest), ...append];
  return runTimed([QEMU, ...MACHINE, ...boot, ...extra]);
}

export function bootDebianOnQemu(images: Images): Promise<ProcessCost> {
  return runTimed(debianOnQemu(images, BOOT_ONLY));
}

/** The command; the guest's console is on standard output. */
export function debianOnQemu(
  { kernel, initramfs }: Images,
  commandLine: string,
  extra: readonly string[] = [],
): [string, ...string[]] {
  const boot = ["-m", "256M", "-kernel", kernel, "-initrd", initramfs, "-append", commandLine];
  const entropy = ["-global", "virtio-mmio.force-legacy=false", "-device", "virtio-rng-device"];
  return [QEMU, ...MACHINE, ...boot, ...entropy, ...extra];
}
