// Ctrl-C (and SIGTERM): the first asks the run to end cleanly, the second ends the process.

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Exit code of 128 plus the signal's number, undefined when none came. */
  exitCode(): number | undefined;
  /** Gives the signals back. */
  release(): void;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** @param notify told once, at the first signal. */
export function catchInterrupt(notify: (message: string) => void): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    const code = SIGNALS[name as keyof typeof SIGNALS];
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    notify("extravirt: stopping cleanly; press Ctrl-C again to end at once\n");
    controller.abort();
  };
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    release: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
