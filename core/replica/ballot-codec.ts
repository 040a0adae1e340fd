// Ballots as bytes in shared memory.
//
//   f64 each  epoch, steps, tick, next alarm's tick, exit code
//   u32 each  flags (1 idle, 2 stopped, from bit 8 on the reason's number), bytes of registers, outputs, dirty pages
//   bytes     registers; for each output u32 bytes of its channel's name, u32 bytes, both
import type { Ballot, GuestStop, Output } from "../api/epoch.ts";

const IDLE = 1;
const STOPPED = 2;
const REASON_SHIFT = 8;
const REASONS: readonly GuestStop["reason"][] = ["power-off", "reset", "guest-failure"];
const HEADER_BYTES = 5 * 8 + 4 * 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes that a ballot takes. */
export function encodedBytes({ registers, outputs }: Ballot): number {
  return outputs.reduce(
    (sum, { channel, bytes }) => sum + 8 + Buffer.byteLength(channel) + bytes.length,
    HEADER_BYTES + registers.length,
  );
}

/** @returns the bytes used, or undefined when the ballot does not fit. */
export function encodeBallot(ballot: Ballot, bytes: Uint8Array): number | undefined {
  const { epoch, steps, tick, nextAlarmTick, stop, isIdle, registers } = ballot;
  const outputs = ballot.outputs.map(({ channel, bytes: content }) => ({
    name: encoder.encode(channel),
    content,
  }));
  const length = encodedBytes(ballot);
  if (length > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const [index, value] of [epoch, steps, tick, nextAlarmTick, stop?.exitCode ?? 0].entries()) {
    view.setFloat64(index * 8, value, true);
  }
  const reason = stop === undefined ? 0 : STOPPED | (REASONS.indexOf(stop.reason) << REASON_SHIFT);
  view.setUint32(40, reason | (isIdle ? IDLE : 0), true);
  view.setUint32(44, registers.length, true);
  view.setUint32(48, outputs.length, true);
  view.setUint32(52, ballot.dirtyPages, true);
  bytes.set(registers, HEADER_BYTES);
  let at = HEADER_BYTES + registers.length;
  for (const { name, content } of outputs) {
    view.setUint32(at, name.length, true);
    view.setUint32(at + 4, content.length, true);
    bytes.set(name, at + 8);
    bytes.set(content, at + 8 + name.length);
    at += 8 + name.length + content.length;
  }
  return length;
}

/** A copy of everything. @throws RangeError when the bytes are no ballot. */
export function decodeBallot(bytes: Uint8Array): Ballot {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const part = (at: number, length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError("a ballot is longer than its place");
    return bytes.slice(at, at + length);
  };
  const number = (index: number): number => view.getFloat64(index * 8, true);
  const flags = view.getUint32(40, true);
  const reason = REASONS[flags >>> REASON_SHIFT];
  const isStopped = (flags & STOPPED) !== 0;
  if (isStopped && reason === undefined) throw new RangeError("a ballot stops for no known reason");
  const registers = part(HEADER_BYTES, view.getUint32(44, true));
  const outputs: Output[] = [];
  let at = HEADER_BYTES + registers.length;
  for (let left = view.getUint32(48, true); left > 0; left -= 1) {
    const name = part(at + 8, view.getUint32(at, true));
    const content = part(at + 8 + name.length, view.getUint32(at + 4, true));
    outputs.push({ channel: decoder.decode(name), bytes: content });
    at += 8 + name.length + content.length;
  }
  return {
    epoch: number(0),
    steps: number(1),
    isIdle: (flags & IDLE) !== 0,
    tick: number(2),
    nextAlarmTick: number(3),
    stop: isStopped && reason !== undefined ? { reason, exitCode: number(4) } : undefined,
    outputs,
    registers,
    dirtyPages: view.getUint32(52, true),
  };
}
