// A replica as the coordinator sees it, wherever it runs.
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { rememberSeal } from "../integrity/ballot-seals.ts";
import type { MemoryAnswer, MemoryDigest, MemoryOrder } from "../process/memory-order.ts";
import type { LinkMemory, ReplicaLink, Standing, StartReplica } from "./replica-link.ts";
import type { FaultReport, ReplicaObserved, ReplicaOrder, ReplicaReport } from "./replica-setup.ts";

export class ReplicaHandle {
  readonly replica: number;
  /** It was waited for since it was granted anything: what it met up to there is no matter of the host's timing. */
  hasBeenAwaited = false;
  readonly #link: ReplicaLink;
  readonly #ballots = new Map<number, Ballot>();
  /** From its box, while one before them is a message on its way. */
  readonly #early = new Map<number, Ballot>();
  readonly #onChange: () => void;
  #readyMs: number | undefined;
  readonly #counts = { reports: 0, lastBallot: -1, lastGranted: -1, nextVote: -1 };
  #crash: string | undefined;
  #isHung = false;
  #isSelfCheck = false;
  #isCutOff = false;
  #refusal: ExtravirtError | undefined;
  #isEnding = false;
  #stateWaiter: ((state: Uint8Array | undefined) => void) | undefined;
  #statesAsked = 0;
  /** State at the last boundary granted, once asked for. */
  #state: Promise<Uint8Array | undefined> | undefined;
  #memory: MemoryDigest | undefined;
  readonly #memoryWaiters: ((answer: MemoryAnswer | undefined) => void)[] = [];
  #observedWaiter: ((observed: ReplicaObserved | undefined) => void) | undefined;

  /** @param onChange called after every report */
  constructor(
    replica: number,
    start: StartReplica,
    onChange: () => void,
    onFault: (report: FaultReport) => void,
    onNote: (report: ReplicaReport & { kind: "note" }) => void = () => {},
  ) {
    this.replica = replica;
    this.#onChange = onChange;
    this.#link = start((report) => {
      if (this.#isEnding) return;
      // Whatever it says first, it has started.
      this.#readyMs ??= performance.now();
      this.#counts.reports++;
      if (report.kind === "ballot") {
        // Those before it may still lie in its box.
        this.#collect();
        this.#count(report.ballot);
      } else if (report.kind === "state") {
        this.#memory = report.memory;
        this.#answerState(report.state);
      } else if (report.kind === "saved") this.#saved(report.number);
      else if (report.kind === "memory") this.#memoryWaiters.shift()?.(report.answer);
      else if (report.kind === "fault") onFault(report);
      else if (report.kind === "note") onNote(report);
      else if (report.kind === "observed") this.#answerObserved(report.observed);
      else if (report.kind === "crashed") {
        // What it voted on before counts.
        this.#collect();
        this.#isSelfCheck ||= this.#crash === undefined && report.isSelfCheck === true;
        this.#isCutOff ||= this.#crash === undefined && report.isCutOff === true;
        this.#die(report.message);
      } else if (report.kind === "refused") {
        const { code, message, ...details } = report.error;
        this.#refusal = new ExtravirtError(code, message, details);
        this.#die(message);
      }
      this.#onChange();
    });
  }

  /** What is known of its progress, where it stands. */
  get state(): {
    readonly counts: Readonly<Record<string, number>>;
    readonly ballots: ReadonlyMap<number, Ballot>;
  } {
    return { counts: this.#counts, ballots: this.#ballots };
  }

  /** Memory through which its orders and ballots go. */
  get shared(): LinkMemory {
    return this.#link.shared ?? {};
  }

  /** Why it died, or undefined while it lives. */
  get crash(): string | undefined {
    return this.#crash;
  }

  /** Number of its process on the host, where it has one of its own. */
  get pid(): number | undefined {
    return this.#link.pid;
  }

  /** True when it died of its watchdog. */
  get isHung(): boolean {
    return this.#isHung;
  }

  /** True when it counts as dead because nothing was heard of its host, or for the sake of its place. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** True when it died because it found itself faulty. */
  get isSelfCheck(): boolean {
    return this.#isSelfCheck;
  }

  /** The user's mistake that kept it from starting, if that is why it died. */
  get refusal(): ExtravirtError | undefined {
    return this.#refusal;
  }

  /** Instant of its first report, in the coordinator's wall milliseconds; undefined while it starts. */
  get readyMs(): number | undefined {
    return this.#readyMs;
  }

  /** Reports so far: as long as they grow in number, it does something. */
  get reports(): number {
    this.#collect();
    return this.#counts.reports;
  }

  /** Last epoch it voted on. */
  get lastBallot(): number {
    this.#collect();
    return this.#counts.lastBallot;
  }

  /** Last epoch it was granted. */
  get lastGranted(): number {
    return this.#counts.lastGranted;
  }

  /** True when it has voted on everything granted and owes no answer: it stands still. */
  get isQuiescent(): boolean {
    const owesNothing =
      !this.owesState && this.#observedWaiter === undefined && this.#memoryWaiters.length === 0;
    return this.#counts.lastBallot >= this.#counts.lastGranted && owesNothing;
  }

  get owesState(): boolean {
    this.#collect();
    return this.#stateWaiter !== undefined;
  }

  grant(record: EpochRecord): void {
    this.#counts.lastGranted = record.epoch;
    if (this.#counts.nextVote < 0) this.#counts.nextVote = record.epoch;
    this.hasBeenAwaited = false;
    this.#forgetState();
    this.#link.send({ kind: "epoch", record });
  }

  ballot(epoch: number): Ballot | undefined {
    this.#collect();
    return this.#ballots.get(epoch);
  }

  /** Forgets ballots up to and including this epoch. */
  forget(epoch: number): void {
    for (const known of this.#ballots.keys()) if (known <= epoch) this.#ballots.delete(known);
  }

  /** Its watchdog gives it up: it counts as dead from here on, whatever it says later. */
  declareHung(): void {
    if (this.#crash === undefined) {
      this.#isCutOff = this.#link.isCutOff?.() === true;
      this.#isHung = !this.#isCutOff;
    }
    this.#die(this.#isCutOff ? "its host was not heard" : "it missed its watchdog");
  }

  /** It is given up where it runs, to be made again where it is better placed; nobody is to blame. */
  giveUp(why: string): void {
    this.#isCutOff ||= this.#crash === undefined;
    this.#die(why);
  }

  /** What the coordinator holds of it is damaged: it counts as dead from here on. */
  declareDamaged(why: string): void {
    this.#die(`its memory tables are damaged: ${why}`);
  }

  /** The machine's saved state at the last boundary granted, when it gets there; undefined when it died. */
  saveState(): Promise<Uint8Array | undefined> {
    if (this.#crash !== undefined) return Promise.resolve(undefined);
    return (this.#state ??= this.#askForState({ kind: "save" }));
  }

  /**
   * At the last boundary granted so far it holds up to so many written pages (`HeldPages`), saves its state, and goes on.
   * One call at a time. @returns the state; undefined when it died
   */
  hold(most: number): Promise<Uint8Array | undefined> {
    return this.#askForState({ kind: "hold", most });
  }

  /** What came with its state at the last boundary granted, where its memory is its own. */
  get memory(): MemoryDigest | undefined {
    return this.#memory;
  }

  get standing(): Standing | undefined {
    return this.#link.standing;
  }

  /** It has come to the end of this epoch: its ballot is there, or can be looked for. It may have died since. */
  stoodAt(epoch: number): boolean {
    const { crash, standing } = this;
    return (crash === undefined && standing?.hasVoted(epoch)) || this.lastBallot >= epoch;
  }

  /** Asks about its own memory. @returns answers, when they come, in order; undefined when it died */
  askMemory(order: MemoryOrder): Promise<MemoryAnswer | undefined> {
    if (this.#crash !== undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#memoryWaiters.push(resolve);
      this.#link.send({ kind: "memory", order });
    });
  }

  /** Changes something about its own memory. */
  changeMemory(order: MemoryOrder): void {
    if (this.#crash !== undefined) return;
    this.#forgetState();
    this.#link.send({ kind: "memory", order });
  }

  /** What was seen of it up to the boundary it stands at; undefined when it died. */
  observe(): Promise<ReplicaObserved | undefined> {
    if (this.#crash !== undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#observedWaiter = resolve;
      this.#link.send({ kind: "observe" });
    });
  }

  /**
   * Puts it into the state of another one, which stands at the same boundary. What it claimed of epochs that are not
   * agreed on yet goes with its old state; from here on the other's claims are its own.
   */
  adopt(other: ReplicaHandle, state: Uint8Array): void {
    this.#ballots.clear();
    this.#early.clear();
    for (const [epoch, ballot] of other.#ballots) this.#ballots.set(epoch, ballot);
    this.#counts.lastBallot = other.lastBallot;
    this.#counts.nextVote = other.#counts.nextVote;
    this.#forgetState();
    if (this.#crash === undefined) this.#link.send({ kind: "restore", state });
  }

  remapped(): void {
    if (this.#crash === undefined) this.#link.send({ kind: "remapped" });
  }

  /** What it says contradicts what it said: it counts as dead from here on. */
  declareFaulty(why: string): void {
    this.#die(why);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    this.#answerNothing();
    await this.#link.terminate();
  }

  /** Takes in what it left in its boxes. */
  #collect(): void {
    if (this.#isEnding || this.#crash !== undefined) return;
    try {
      for (const ballot of this.#link.takeBallots?.() ?? []) {
        this.#counts.reports++;
        const { nextVote, lastGranted } = this.#counts;
        const isEarly = ballot.epoch > nextVote && ballot.epoch <= lastGranted;
        // What does not fit into a box is a message, and may be overtaken.
        if (isEarly) this.#early.set(ballot.epoch, ballot);
        else this.#count(ballot);
      }
      if (this.#stateWaiter === undefined) return;
      const state = this.#link.takeState?.(this.#statesAsked);
      if (state === undefined) return;
      this.#counts.reports++;
      this.#answerState(state);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#die(error.message);
      // Nothing else may come that would wake whoever waits for it.
      this.#onChange();
    }
  }

  /** It says that it left a state, which has to be there unless it was taken. */
  #saved(number: number): void {
    this.#collect();
    if (number !== this.#statesAsked || this.#stateWaiter === undefined) return;
    this.#die("the state that it left is lost");
  }

  #count(ballot: Ballot): void {
    // Who was declared dead stays dead, however late it votes.
    if (this.#crash !== undefined) return;
    const { nextVote, lastGranted } = this.#counts;
    if (ballot.epoch !== nextVote || nextVote > lastGranted) {
      // Who would believe it waits for ever for the votes that it left out.
      this.#die(`it voted on epoch ${ballot.epoch} out of turn`);
      return;
    }
    this.#counts.nextVote = nextVote + 1;
    rememberSeal(ballot);
    this.#ballots.set(ballot.epoch, ballot);
    this.#counts.lastBallot = Math.max(this.#counts.lastBallot, ballot.epoch);
    const next = this.#early.get(nextVote + 1);
    if (next === undefined) return;
    this.#early.delete(nextVote + 1);
    this.#count(next);
  }

  #die(why: string): void {
    this.#crash ??= why;
    this.#link.ignore?.();
    this.#answerNothing();
  }

  #answerNothing(): void {
    this.#answerState(undefined);
    this.#answerObserved(undefined);
    for (const answer of this.#memoryWaiters.splice(0)) answer(undefined);
  }

  #askForState(order: ReplicaOrder): Promise<Uint8Array | undefined> {
    if (this.#crash !== undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#stateWaiter = resolve;
      this.#statesAsked += 1;
      this.#link.send(order);
    });
  }

  #forgetState(): void {
    this.#state = undefined;
    this.#memory = undefined;
  }

  #answerObserved(observed: ReplicaObserved | undefined): void {
    this.#observedWaiter?.(observed);
    this.#observedWaiter = undefined;
  }

  #answerState(state: Uint8Array | undefined): void {
    this.#stateWaiter?.(state);
    this.#stateWaiter = undefined;
  }
}
