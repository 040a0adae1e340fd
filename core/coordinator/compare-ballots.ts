// Compares what replicas claim at the end of an epoch: everything, byte for byte.
import type { Ballot } from "../api/epoch.ts";
import type { CheckedGroups, DoubleCheck } from "./double-check.ts";

export interface Claim {
  readonly replica: number;
  readonly ballot: Ballot;
}

/** Replicas grouped by equal ballots, in order of first appearance. */
export const groupBallots = (claims: readonly Claim[], check: DoubleCheck): number[][] =>
  compareBallots(claims, check).groups;

/** As `groupBallots`, with what each evaluation says. */
export function compareBallots(claims: readonly Claim[], check: DoubleCheck): CheckedGroups {
  const step = claims[0]?.ballot.steps ?? 0;
  return check.evaluate("ballots", step, [
    () => groupInOrder(claims),
    () => groupInOrder(claims.toReversed()),
  ]);
}

function groupInOrder(claims: readonly Claim[]): number[][] {
  const groups: Claim[][] = [];
  for (const claim of claims) {
    const group = groups.find(
      ([first]) => first !== undefined && differenceOf(first.ballot, claim.ballot) === undefined,
    );
    if (group === undefined) groups.push([claim]);
    else group.push(claim);
  }
  return groups.map((group) => group.map((claim) => claim.replica));
}

/** Name of the register at a byte of a ballot's registers, where the platform knows one. */
export type NameRegister = (byte: number) => string | undefined;

/** The first difference for people, or undefined when the ballots are equal. */
export function differenceOf(
  a: Ballot,
  b: Ballot,
  nameRegister: NameRegister = () => undefined,
): string | undefined {
  for (let index = 0; index < Math.max(a.outputs.length, b.outputs.length); index++) {
    const [one, other] = [a.outputs[index], b.outputs[index]];
    const channel = one?.channel ?? other?.channel ?? "";
    if (one === undefined || other === undefined || one.channel !== other.channel) {
      return `output ${index} on ${channel} exists in one replica only`;
    }
    if (!isEqual(one.bytes, other.bytes)) return `output ${index} on ${channel} differs`;
  }
  if (a.steps !== b.steps) return `steps ${a.steps} and ${b.steps}`;
  if (a.stop?.reason !== b.stop?.reason || a.stop?.exitCode !== b.stop?.exitCode) {
    return "only one replica stopped, or for another reason";
  }
  if (!isEqual(a.registers, b.registers)) {
    const at = a.registers.findIndex((byte, index) => byte !== b.registers[index]);
    const name = nameRegister(at);
    return name === undefined
      ? `processor states differ at byte ${at}`
      : `register ${name} differs`;
  }
  if (a.isIdle !== b.isIdle || a.tick !== b.tick || a.nextAlarmTick !== b.nextAlarmTick) {
    return "virtual time or timers differ";
  }
  return undefined;
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
