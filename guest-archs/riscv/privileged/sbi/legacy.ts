// Legacy extensions (RISC-V SBI 2.0, chapter 5) of console, timer and shutdown.
import { SBI, type SbiCall, type SbiExtension, failure, success } from "./sbi-extension.ts";
import { setTimer } from "./time.ts";

function legacy(id: number, name: string, call: SbiExtension["call"]): SbiExtension {
  return { id, name, isLegacy: true, call };
}

function putchar({ machine, argument }: SbiCall): ReturnType<SbiExtension["call"]> {
  const port = machine.console();
  if (port === undefined) return failure(SBI.failed);
  port.write(Number(argument(0) & 0xffn));
  return success();
}

export const LEGACY: readonly SbiExtension[] = [
  legacy(0, "set_timer", ({ core, argument }) => {
    setTimer(core, argument(0));
    return success();
  }),
  legacy(1, "console_putchar", putchar),
  // The answer in a0 is the byte, or -1 without one.
  legacy(2, "console_getchar", ({ machine }) => failure(machine.console()?.read() ?? SBI.failed)),
  legacy(8, "shutdown", ({ machine }) => {
    machine.stop("power-off", 0);
    return undefined;
  }),
];
