// An Ethernet switch inside this process: learns at which port an address is, and floods what it does not know.
// Frames pass in the order in which they were sent, also those that members send while they receive.

/** Addresses remembered; the one learned longest ago goes first. */
const MAX_ADDRESSES = 4096;
const ADDRESS_BYTES = 6;

export interface SwitchMember {
  /** True where it may send without having received anything: whoever is idle then waits for it. */
  readonly isActive: boolean;
  receive(frame: Uint8Array): void;
}

export interface SwitchPort {
  send(frame: Uint8Array): void;
  detach(): void;
}

export class LearningSwitch {
  readonly #members = new Set<SwitchMember>();
  readonly #places = new Map<string, SwitchMember>();
  readonly #queue: { readonly from: SwitchMember; readonly frame: Uint8Array }[] = [];
  #isPassing = false;

  attach(member: SwitchMember): SwitchPort {
    this.#members.add(member);
    return {
      send: (frame) => this.#send(member, frame),
      detach: () => {
        this.#members.delete(member);
        for (const [address, at] of this.#places) if (at === member) this.#places.delete(address);
      },
    };
  }

  /** Whether somebody else may send unasked. */
  hasActiveBeside(member: SwitchMember): boolean {
    return [...this.#members].some((other) => other !== member && other.isActive);
  }

  #send(from: SwitchMember, frame: Uint8Array): void {
    this.#queue.push({ from, frame });
    if (this.#isPassing) return;
    this.#isPassing = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#pass(next.from, next.frame);
      }
    } finally {
      this.#isPassing = false;
    }
  }

  #pass(from: SwitchMember, frame: Uint8Array): void {
    if (frame.length < 2 * ADDRESS_BYTES || !this.#members.has(from)) return;
    this.#learn(addressAt(frame, ADDRESS_BYTES), from);
    const isGroup = ((frame[0] ?? 0) & 1) === 1;
    const known = isGroup ? undefined : this.#places.get(addressAt(frame, 0));
    const targets = known === undefined ? [...this.#members] : [known];
    for (const target of targets) if (target !== from) target.receive(frame);
  }

  #learn(address: string, member: SwitchMember): void {
    this.#places.delete(address);
    this.#places.set(address, member);
    if (this.#places.size <= MAX_ADDRESSES) return;
    const [oldest] = this.#places.keys();
    if (oldest !== undefined) this.#places.delete(oldest);
  }
}

function addressAt(frame: Uint8Array, offset: number): string {
  return Buffer.from(frame.subarray(offset, offset + ADDRESS_BYTES)).toString("hex");
}

const switches = new Map<string, LearningSwitch>();

/** The switch of that name in this process: the same for all who ask. */
export function switchNamed(name: string): LearningSwitch {
  const known = switches.get(name) ?? new LearningSwitch();
  switches.set(name, known);
  return known;
}
