// Whether the machine has what the options of a campaign's models fix: asked of the models, on a machine built for that,
// before an experiment runs. What is drawn comes from the machine itself.
import type { CampaignConfig } from "../api/campaign.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { FaultSpace, SpacePart } from "../api/fault-sampling.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { RebuiltMachine } from "../recording/rebuilt-machine.ts";
import { RecordedRun } from "../recording/recorded-run.ts";
import { checkFaults } from "../replica/fault-injector.ts";

/** Spread over a part, its first and its last one among them. */
const CHECKED_SITES = 256;

/**
 * @param recording directory of the run without faults
 * @throws XV_ERR_CAMPAIGN_FAULT_SPACE
 */
export function checkFixedSites(loaded: LoadedConfig, space: FaultSpace, recording: string): void {
  const { config, registry } = loaded;
  if (!hasFixedOptions(config.campaign!)) return;
  const run = new RecordedRun(recording);
  try {
    const rebuilt = new RebuiltMachine(run.manifest, registry, run.symbols, 1);
    const { machine } = rebuilt.start({ replica: 0, state: undefined });
    for (const part of space.parts) {
      for (const options of sitesOf(part)) {
        const fault = { id: 0, fault: 0, at: 0, use: part.model.name, options };
        try {
          checkFaults([fault], { machine, registry });
        } catch (error) {
          throw refused(loaded, part, options, error);
        }
      }
    }
  } finally {
    run.close();
  }
}

const hasFixedOptions = ({ models = [] }: CampaignConfig): boolean =>
  models.some(
    (model) =>
      typeof model !== "string" &&
      Object.keys(model).some((option) => option !== "use" && option !== "weight"),
  );

function sitesOf({ sites, siteAt }: SpacePart): Record<string, unknown>[] {
  const count = Math.min(sites, CHECKED_SITES);
  return Array.from({ length: count }, (_, number) =>
    siteAt(count === 1 ? 0 : Math.floor((number * (sites - 1)) / (count - 1))),
  );
}

function refused(
  { placeOf }: LoadedConfig,
  { model }: SpacePart,
  options: object,
  error: unknown,
): unknown {
  if (!(error instanceof ExtravirtError)) return error;
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_FAULT_SPACE",
    `No fault of ${model.name} could come with these options: ${error.message.replace(/\.$/, "")}.`,
    {
      place: placeOf(["campaign", "models"]),
      value: JSON.stringify(options),
      remedy: error.remedy,
      cause: error,
    },
  );
}
