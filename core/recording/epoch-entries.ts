// The log of a recording: one line of JSON per epoch, a block of them at a time.
//
//   epoch, steps, jumpTicks   as in EpochRecord
//   inputs                    [channel, bytes in base64] each; absent without any
//   end                       what was agreed on at its end; absent for an epoch that only was begun:
//     steps                   since power-on
//     digest                  of all that was agreed on (digestBallot)
//     outputs, registers      CRC-32 of these, to tell what differs when the digest does; registers are absent, and not in
//                             the digest, where a single machine claimed them: they bind nobody
import { crc32 } from "node:zlib";
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import { digestBallot } from "../coordinator/epoch-log.ts";

export interface EpochEnd {
  readonly steps: number;
  readonly digest: string;
  readonly outputs: number;
  readonly registers?: number;
}

export interface EpochEntry {
  readonly record: EpochRecord;
  readonly end: EpochEnd | undefined;
}

/** @param isVerified more than one replica claimed it */
export function endOf(ballot: Ballot, isVerified: boolean): EpochEnd {
  let outputs = 0;
  for (const { channel, bytes } of ballot.outputs) outputs = crc32(bytes, crc32(channel, outputs));
  return {
    steps: ballot.steps,
    digest: digestBallot(ballot, isVerified),
    outputs,
    ...(isVerified && { registers: crc32(ballot.registers) }),
  };
}

interface Line {
  readonly epoch: number;
  readonly steps: number;
  readonly jumpTicks: number;
  readonly inputs?: readonly (readonly [string, string])[];
  readonly end?: EpochEnd;
}

export function encodeEntry({ record, end }: EpochEntry): string {
  const { epoch, steps, jumpTicks, inputs } = record;
  const line: Line = {
    epoch,
    steps,
    jumpTicks,
    ...(inputs.length > 0 && {
      inputs: inputs.map(({ channel, bytes }) => [channel, Buffer.from(bytes).toString("base64")]),
    }),
    ...(end !== undefined && { end }),
  };
  return `${JSON.stringify(line)}\n`;
}

/** @throws SyntaxError or TypeError for anything else than lines of entries */
export function decodeEntries(contents: Uint8Array): EpochEntry[] {
  const lines = Buffer.from(contents).toString().split("\n");
  return lines.filter((line) => line !== "").map((line) => decodeEntry(JSON.parse(line) as Line));
}

function decodeEntry(line: Line): EpochEntry {
  const { epoch, steps, jumpTicks, inputs = [], end } = line;
  if (![epoch, steps, jumpTicks].every(Number.isFinite)) throw new TypeError("this is no epoch");
  return {
    record: {
      epoch,
      steps,
      jumpTicks,
      inputs: inputs.map(([channel, text]) => ({
        channel,
        bytes: Uint8Array.from(Buffer.from(text, "base64")),
      })),
    },
    end,
  };
}
