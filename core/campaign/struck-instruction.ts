// The instruction that comes at a step of the run without faults: executed there, since looking at it otherwise might
// change what the guest sees.
import type { StruckInstruction } from "../api/experiment.ts";
import type { FaultyRunParts } from "./faulty-run.ts";
import { enterEpoch } from "../machine/epoch-of-machine.ts";

export function struckInstruction(
  step: number,
  { subject, states }: Pick<FaultyRunParts, "subject" | "states">,
): StruckInstruction | undefined {
  const place = states.before(step);
  const { machine, symbols } = subject;
  subject.goTo(place.number, place);
  for (let { epoch } = place; ; epoch++) {
    const known = states.epochs.get(epoch);
    if (known === undefined) return undefined;
    const { record, startSteps } = known;
    if (epoch > place.epoch || place.isBoundary) enterEpoch(machine, record);
    const end = startSteps + record.steps;
    machine.runTo(Math.min(step, end));
    if (machine.steps >= step || machine.stop !== undefined) break;
  }
  const executed = machine.stepAndDescribe();
  if (executed === undefined) return undefined;
  const { hart, pc, disassembly } = executed;
  const symbol = symbols.text(pc);
  return { hart, pc, ...(symbol !== undefined && { symbol }), text: disassembly };
}
