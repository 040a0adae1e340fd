// A scripted user at a console: waits for a text in the guest's output, then types one.
// DETERMINISM: it is driven by committed output alone, so the same run types the same bytes at the same epochs.

export interface ScriptStep {
  /** Text to wait for in what the guest wrote since the last step. */
  readonly expect: string;
  /** Text to type then, as UTF-8. A line ends with "\n" or, on a serial terminal, "\r". */
  readonly send: string;
}

/** Schema of the option `script`, for all console backends. */
export const SCRIPT_SCHEMA = {
  type: "array",
  description: "Steps of a scripted user: wait for `expect` in the output, then type `send`.",
  default: [],
  items: {
    type: "object",
    properties: {
      expect: { type: "string", minLength: 1 },
      send: { type: "string" },
    },
    required: ["expect", "send"],
    additionalProperties: false,
  },
} as const;

export class ConsoleScript {
  readonly #steps: readonly ScriptStep[];
  readonly #type: (bytes: Uint8Array) => void;
  #next = 0;
  /** Output since the last step, as latin1 text; at most what a later match may still need. */
  #seen = "";

  /** @param type called with the bytes of each `send`. */
  constructor(steps: readonly ScriptStep[], type: (bytes: Uint8Array) => void) {
    this.#steps = steps;
    this.#type = type;
  }

  /** Committed output of the guest. */
  saw(output: Uint8Array): void {
    if (this.#next === this.#steps.length) return;
    this.#seen += Buffer.from(output).toString("latin1");
    for (let step = this.#steps[this.#next]; step !== undefined; step = this.#steps[this.#next]) {
      const wanted = Buffer.from(step.expect).toString("latin1");
      const at = this.#seen.indexOf(wanted);
      if (at < 0) {
        this.#seen = this.#seen.slice(Math.max(0, this.#seen.length - wanted.length + 1));
        return;
      }
      this.#seen = this.#seen.slice(at + wanted.length);
      this.#next++;
      this.#type(Buffer.from(step.send));
    }
    this.#seen = "";
  }
}

/** The validated option `script`. */
export function scriptOption(options: Readonly<Record<string, unknown>>): readonly ScriptStep[] {
  const { script } = options;
  return Array.isArray(script) ? (script as readonly ScriptStep[]) : [];
}
