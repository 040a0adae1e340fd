// Base extension (RISC-V SBI 2.0, chapter 4), and the list of extensions it answers `probe_extension` from.
//
// | function | answer                                             |
// |----------|----------------------------------------------------|
// | 0, 1, 2  | specification version, implementation id, version  |
// | 3        | probe_extension: 1 when available                  |
// | 4, 5, 6  | mvendorid, marchid, mimpid                         |
import { CSR_BY_NUMBER } from "../csr-table.ts";
import {
  failure,
  SBI,
  type SbiAnswer,
  type SbiCall,
  type SbiExtension,
  success,
} from "./sbi-extension.ts";

const SPEC_VERSION_2_0 = 0x0200_0000n;
/** Not among the registered implementations: "XV". */
const IMPLEMENTATION_ID = 0x5856n;
const IMPLEMENTATION_VERSION = 1n;
const MVENDORID = 0xf11;

/** @param find what is served under an extension id. */
export function createBase(find: (id: number) => SbiExtension | undefined): SbiExtension {
  return {
    id: 0x10,
    name: "Base",
    call: (call) => {
      switch (call.functionId) {
        case 0:
          return success(SPEC_VERSION_2_0);
        case 1:
          return success(IMPLEMENTATION_ID);
        case 2:
          return success(IMPLEMENTATION_VERSION);
        case 3:
          return success(isProvided(call, find) ? 1n : 0n);
        case 4:
        case 5:
        case 6:
          return machineId(call);
        default:
          return failure(SBI.notSupported);
      }
    },
  };
}

function isProvided(call: SbiCall, find: (id: number) => SbiExtension | undefined): boolean {
  const extension = find(Number(BigInt.asUintN(32, call.argument(0))));
  if (extension === undefined) return false;
  return extension.isAvailable === undefined || extension.isAvailable(call.machine);
}

function machineId({ core, functionId }: SbiCall): SbiAnswer {
  const row = CSR_BY_NUMBER[MVENDORID + functionId - 4];
  return row === undefined ? failure(SBI.notSupported) : success(row.read(core));
}
