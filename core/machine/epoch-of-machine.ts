// What a machine takes in when an epoch begins, and claims when it ends: the same in replicas, replays and experiments.
import type { Ballot, EpochRecord, Output } from "../api/epoch.ts";
import type { Machine } from "./machine.ts";

export function enterEpoch(
  machine: Machine,
  { jumpTicks, inputs }: Pick<EpochRecord, "jumpTicks" | "inputs">,
): void {
  machine.beginEpoch();
  machine.clock.jump(jumpTicks);
  for (const { channel, bytes } of inputs) machine.deliver(channel, bytes);
}

/** @param outputs of the epoch; taken from the machine where they were not before */
export function ballotOf(
  machine: Machine,
  epoch: number,
  outputs: readonly Output[] = machine.takeOutputs(),
): Ballot {
  return {
    epoch,
    steps: machine.steps,
    isIdle: machine.isIdle(),
    tick: machine.clock.now(),
    nextAlarmTick: machine.clock.nextAlarmTick(),
    stop: machine.stop,
    outputs,
    registers: machine.processor.registers(),
    dirtyPages: machine.memory.dirtyPages,
  };
}
