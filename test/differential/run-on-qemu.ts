// Runs a test program on QEMU's virt machine, with a processor that has exactly our extensions.
import { spawn } from "node:child_process";
import type { RequiredTool } from "../require-tool.ts";
import { RAM_BYTES } from "./guest-layout.ts";

export const QEMU: RequiredTool = {
  name: "QEMU for RISC-V",
  command: ["qemu-system-riscv64", "--version"],
  debianPackage: "qemu-system-misc",
};

const CPU = "rv64,h=false,zba=true,zbb=true,zbc=false,zbs=true,sstc=true";
const HANG_MS = 30_000;

/** @param extensions besides ours: "name=true,...", or nothing. @returns what the program printed. */
export function runOnQemu(elfPath: string, extensions: string): Promise<string> {
  const cpu = extensions === "" ? CPU : `${CPU},${extensions}`;
  const memory = `${RAM_BYTES / 2 ** 20}M`;
  const machine = ["-M", "virt", "-cpu", cpu, "-m", memory, "-bios", "none", "-kernel", elfPath];
  const streams = ["-display", "none", "-monitor", "none", "-serial", "stdio"];
  return new Promise((resolve, reject) => {
    const qemu = spawn("qemu-system-riscv64", [...machine, ...streams], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: HANG_MS,
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    qemu.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    qemu.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    qemu.on("error", reject);
    qemu.on("close", (code, signal) => {
      const text = Buffer.concat(output).toString();
      if (code === 0 && text.includes("\nN")) resolve(text);
      else {
        const tail = text.slice(-200);
        reject(
          new Error(
            `QEMU ended with ${code ?? signal}: ${Buffer.concat(errors).toString()}\n${tail}`,
          ),
        );
      }
    });
  });
}
