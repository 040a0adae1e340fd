// Where a vector program keeps its jobs, operands and results. What it shares with other test programs (code, context,
// UART) is in guest-layout.ts.

export const JOBS = 0x8021_0000;
export const RESULTS = 0x8030_0000;
export const OPERANDS = 0x8040_0000;
export const END = 0x8200_0000;

/** Words of a job, in bytes from its start. */
export const JOB = { stub: 0, operands: 8, operandsEnd: 16, fcsr: 24, isVerbose: 32, bytes: 40 };
/** rs1, rs2, rs3. */
export const OPERANDS_BYTES = 24;
/** rd, fcsr. */
export const RESULT_BYTES = 16;
