// Serves an ECALL from S-mode (RISC-V SBI 2.0, chapter 3): extension in a7, function in a6, arguments in a0 to a5,
// answer in a0 (error) and a1 (value). The pc slot moves past the ECALL first.
import { SLOT } from "../../hart-layout.ts";
import type { HartCore } from "../hart-core.ts";
import { createBase } from "./base.ts";
import { DBCN } from "./dbcn.ts";
import { HSM } from "./hsm.ts";
import { IPI } from "./ipi.ts";
import { LEGACY } from "./legacy.ts";
import { RFENCE } from "./rfence.ts";
import type { SbiEnvironment } from "./sbi-environment.ts";
import { failure, SBI, type SbiExtension } from "./sbi-extension.ts";
import { SRST } from "./srst.ts";
import { TIME } from "./time.ts";

const A0 = SLOT.x + 10;
const A1 = SLOT.x + 11;
const A6 = SLOT.x + 16;
const A7 = SLOT.x + 17;
const ECALL_BYTES = 4n;

const BASE = createBase((id) => EXTENSIONS.get(id));

const EXTENSIONS: ReadonlyMap<number, SbiExtension> = new Map(
  [BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN, ...LEGACY].map((extension) => [
    extension.id,
    extension,
  ]),
);

export function callSbi(core: HartCore, machine: SbiEnvironment): void {
  const { state } = core;
  state.set(SLOT.pc, state.get(SLOT.pc) + ECALL_BYTES);
  const extension = EXTENSIONS.get(state.low(A7));
  const call = {
    core,
    machine,
    functionId: state.low(A6),
    argument: (index: number) => state.get(A0 + index),
  };
  const answer = extension === undefined ? failure(SBI.notSupported) : extension.call(call);
  if (answer === undefined) return;
  state.set(A0, BigInt(answer.error));
  if (extension?.isLegacy !== true) state.set(A1, answer.value);
}
