// How far a campaign is: experiments, rate, and when it will be done. One line rewritten in place on a terminal, a line
// now and then elsewhere.
import { amountText, countText, durationText } from "./number-text.ts";

/** The rate is that of so much time before. */
const WINDOW_MS = 30_000;
/** Between two lines where they stay. */
const PLAIN_MS = 10_000;
const CLEAR_LINE = "\r\u001B[K";

interface Sample {
  readonly ms: number;
  readonly done: number;
}

export class CampaignProgressLine {
  readonly #isTerminal: boolean;
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #samples: Sample[] = [];
  #toldMs = Number.NEGATIVE_INFINITY;
  #isShown = false;

  /** @param now milliseconds, monotonic */
  constructor(
    isTerminal: boolean,
    write: (text: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#isTerminal = isTerminal;
    this.#write = write;
    this.#now = now;
  }

  show(done: number, planned: number): void {
    const ms = this.#now();
    const recent = this.#samples.filter((sample) => sample.ms >= ms - WINDOW_MS);
    this.#samples = [...(recent.length > 0 ? recent : this.#samples.slice(-1)), { ms, done }];
    if (!this.#isTerminal && ms - this.#toldMs < PLAIN_MS) return;
    this.#toldMs = ms;
    const text = this.#text(done, planned);
    this.#write(this.#isTerminal ? `${CLEAR_LINE}${text}` : `extravirt: ${text}\n`);
    this.#isShown = this.#isTerminal;
  }

  /** Writes text without tearing the line. */
  print(text: string): void {
    this.clear();
    this.#write(text);
  }

  clear(): void {
    if (this.#isShown) this.#write(CLEAR_LINE);
    this.#isShown = false;
  }

  #text(done: number, planned: number): string {
    const share = planned === 0 ? 100 : Math.floor((done / planned) * 100);
    const parts = [`${countText(done)} of ${amountText(planned, "experiment")} (${share} %)`];
    const [first] = this.#samples;
    const last = this.#samples.at(-1)!;
    const perMs = first === undefined ? 0 : (last.done - first.done) / (last.ms - first.ms);
    if (perMs > 0 && Number.isFinite(perMs)) {
      const perSecond = perMs * 1000;
      parts.push(`${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`);
      parts.push(`${durationText((planned - done) / perMs)} left`);
    }
    return parts.join(", ");
  }
}
