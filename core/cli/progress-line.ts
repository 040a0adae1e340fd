// The progress line on stderr: one line rewritten in place. Where the guest's console has the same terminal, the line
// would tear its output, so the same text goes into the terminal's title instead.
import type { CheckpointTaken, EpochVerified, Vmm } from "../api/vmm.ts";
import { amountText, durationText, sharedPages, speedText } from "./number-text.ts";

/** Milliseconds between two updates. */
const INTERVAL_MS = 200;

const CLEAR_LINE = "\r\u001B[K";

export type ProgressMode = "line" | "title" | "off";

export class ProgressLine {
  readonly #mode: ProgressMode;
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  readonly #startMs: number;
  #shownMs = Number.NEGATIVE_INFINITY;
  #shownSteps = 0;
  #checkpoints = 0;
  #divergences = 0;
  #sharedPages = 0;
  #isShown = false;

  /** @param now milliseconds, monotonic. */
  constructor(
    mode: ProgressMode,
    write: (text: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#mode = mode;
    this.#write = write;
    this.#now = now;
    this.#startMs = now();
  }

  follow({ hooks }: Pick<Vmm, "hooks">): void {
    hooks.checkpointTaken.tap("progress", (checkpoint) => this.#checkpoint(checkpoint));
    hooks.divergenceDetected.tap("progress", () => void this.#divergences++);
    if (this.#mode !== "off") {
      hooks.epochVerified.tap("progress", (epoch) => this.#epoch(epoch));
    }
  }

  /** Writes a line of text (a log message) without tearing the progress line. */
  print(line: string): void {
    this.clear();
    this.#write(line);
  }

  /** Removes the line; the next epoch shows it again. */
  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#write(this.#mode === "line" ? CLEAR_LINE : title(""));
  }

  #checkpoint({ framesByOwner }: CheckpointTaken): void {
    this.#checkpoints++;
    this.#sharedPages = sharedPages(framesByOwner);
  }

  #epoch({ epoch, steps }: EpochVerified): void {
    const now = this.#now();
    const passedMs = now - this.#shownMs;
    if (passedMs < INTERVAL_MS) return;
    const isFirst = this.#shownMs === Number.NEGATIVE_INFINITY;
    const speed = isFirst
      ? speedText(steps, now - this.#startMs)
      : speedText(steps - this.#shownSteps, passedMs);
    this.#shownMs = now;
    this.#shownSteps = steps;
    const text = [
      durationText(now - this.#startMs),
      amountText(epoch + 1, "epoch"),
      speed,
      amountText(this.#checkpoints, "checkpoint"),
      `${amountText(this.#sharedPages, "page")} shared`,
      amountText(this.#divergences, "divergence"),
    ].join(", ");
    this.#isShown = true;
    this.#write(this.#mode === "line" ? `${CLEAR_LINE}${text}` : title(`extravirt: ${text}`));
  }
}

/** OSC 0 of xterm and its kin. */
function title(text: string): string {
  return `\u001B]0;${text}\u0007`;
}
