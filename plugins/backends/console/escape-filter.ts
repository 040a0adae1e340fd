// Finds the escape sequence in what a user types: the escape key, then a command key.
//
//   <escape> x         leave             <escape> <escape>  send the escape key itself
//   <escape> h or ?    show this help    anything else      dropped, as in QEMU

const CONTROL_MASK = 0x1f;

export interface EscapeActions {
  input(bytes: Uint8Array): void;
  leave(): void;
  help(): void;
}

/** @param key as in a config: "Ctrl-A". @returns its byte. */
export function escapeByte(key: string): number {
  return (key.codePointAt(key.length - 1) ?? 0) & CONTROL_MASK;
}

export class EscapeFilter {
  readonly #escape: number;
  readonly #actions: EscapeActions;
  #isEscaped = false;

  constructor(escape: number, actions: EscapeActions) {
    this.#escape = escape;
    this.#actions = actions;
  }

  /** Bytes typed. Passes on what is for the guest, in one piece as far as possible. */
  typed(bytes: Uint8Array): void {
    let plain: number[] = [];
    const flush = (): void => {
      if (plain.length > 0) this.#actions.input(Uint8Array.from(plain));
      plain = [];
    };
    for (const byte of bytes) {
      if (!this.#isEscaped) {
        if (byte === this.#escape) this.#isEscaped = true;
        else plain.push(byte);
        continue;
      }
      this.#isEscaped = false;
      if (byte === this.#escape) plain.push(byte);
      else {
        flush();
        this.#command(String.fromCodePoint(byte));
      }
    }
    flush();
  }

  #command(key: string): void {
    if (key === "x") this.#actions.leave();
    else if (key === "h" || key === "?") this.#actions.help();
  }
}
