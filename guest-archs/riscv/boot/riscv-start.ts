// What the boot loaders hand to the platform as `BootImage.start`: how the harts begin. Plain data.

export interface RiscvStart {
  /** Guest-physical address of the first instruction of every hart that starts. */
  readonly pc: number;
  /** Values of a1 and a2 (a0 is the hart id): device tree, and what the firmware asks for. */
  readonly arguments: readonly number[];
  /**
   * True: the built-in SBI serves S-mode, which hart 0 enters at `pc`; the others wait for hart_start.
   * False: all harts start at `pc` in M-mode.
   */
  readonly isSbiBuiltIn: boolean;
}
