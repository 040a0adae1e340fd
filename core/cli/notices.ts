// Says on stderr what happens to the replicas at the moment it happens: faults, divergences, recoveries.
import type { Vmm } from "../api/vmm.ts";
import { fileLabel } from "../config/read-config-file.ts";
import { wrongReplicasText } from "./blame-text.ts";
import { findingText, retiredText } from "./core-text.ts";
import { faultPlaceText, struckPlace } from "./fault-place.ts";
import { checkpointText, countText, durationText } from "./number-text.ts";

const LINE_FEED = 10;

/**
 * @param print takes whole lines; a line feed is put first where the guest's last line is not finished.
 * @param cwd directory that paths are shown from
 */
export function followNotices(
  { hooks }: Pick<Vmm, "hooks">,
  print: (text: string) => void,
  cwd: string = process.cwd(),
): void {
  const shown = (path: string): string => fileLabel(path, cwd);
  let isLineOpen = false;
  const say = (text: string): void => {
    print(`${isLineOpen ? "\n" : ""}extravirt: ${text}\n`);
    isLineOpen = false;
  };
  hooks.outputCommitted.tap("notices", (_, outputs) => {
    const last = outputs.at(-1)?.bytes.at(-1);
    if (last !== undefined) isLineOpen = last !== LINE_FEED;
  });
  hooks.faultInjected.tap("notices", ({ step, what, ...place }) => {
    say(`fault in ${faultPlaceText(struckPlace(place))} at step ${countText(step)}: ${what}`);
  });
  hooks.divergenceDetected.tap("notices", ({ epoch, signal, detail }) => {
    // States are compared after an epoch whose outputs have left.
    const released = signal === "state" ? "" : "; nothing of it was released";
    say(`divergence in epoch ${countText(epoch)}: ${detail}${released}`);
  });
  hooks.checkpointDemoted.tap("notices", ({ epoch, why }) => {
    say(`${checkpointText(epoch)} is given up: ${why}`);
  });
  hooks.recovered.tap("notices", ({ outcome, durationMs }) => {
    say(
      outcome.kind === "recovered"
        ? `recovered by ${outcome.by} in ${durationText(durationMs)}, ${wrongReplicasText(outcome)}`
        : `not recovered: ${outcome.why}`,
    );
  });
  hooks.coreDiagnosed.tap("notices", (diagnosed) => say(findingText(diagnosed)));
  hooks.coreRetired.tap("notices", (retired) => say(retiredText(retired)));
  hooks.incidentWritten.tap("notices", ({ path }) => {
    say(`the incident is in ${shown(path)}; to find its cause: extravirt bisect ${shown(path)}`);
  });
}
