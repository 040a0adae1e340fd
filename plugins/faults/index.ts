// Built-in plugin: fault models.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { branchFlip } from "./branch-flip.ts";
import { checkpointBitFlip } from "./checkpoint-bit-flip.ts";
import { comparisonError } from "./comparison-error.ts";
import { coordinatorBitFlip } from "./coordinator-bit-flip.ts";
import { coordinatorError } from "./coordinator-error.ts";
import { deviceBitFlip } from "./device-bit-flip.ts";
import { instructionBitFlip } from "./instruction-bit-flip.ts";
import { loadAddressBitFlip } from "./load-address-bit-flip.ts";
import { loadDataBitFlip } from "./load-data-bit-flip.ts";
import { memoryBitFlip } from "./memory-bit-flip.ts";
import { registerBitFlip } from "./register-bit-flip.ts";
import { resultBitFlip } from "./result-bit-flip.ts";
import { resultStuckAt } from "./result-stuck-at.ts";
import { storeAddressBitFlip } from "./store-address-bit-flip.ts";
import { storeDataBitFlip } from "./store-data-bit-flip.ts";
import { stuckAt } from "./stuck-at.ts";
import { tlbBitFlip } from "./tlb-bit-flip.ts";
import { wildStore } from "./wild-store.ts";
import { workerCrash } from "./worker-crash.ts";
import { workerHang } from "./worker-hang.ts";

const MODELS = [
  branchFlip,
  checkpointBitFlip,
  comparisonError,
  coordinatorBitFlip,
  coordinatorError,
  deviceBitFlip,
  instructionBitFlip,
  loadAddressBitFlip,
  loadDataBitFlip,
  memoryBitFlip,
  registerBitFlip,
  resultBitFlip,
  resultStuckAt,
  storeAddressBitFlip,
  storeDataBitFlip,
  stuckAt,
  tlbBitFlip,
  wildStore,
  workerCrash,
  workerHang,
] as const;

export const faultsPlugin: Plugin = {
  name: "faults",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const model of MODELS) registry.register(model);
  },
};
