// A hart with its memory, TLBs and both ways to translate: walks in TypeScript, and the generated refills.
import { CodeCache } from "../../../../guest-archs/engine/code-cache.ts";
import type { RefillImports } from "../../../../guest-archs/engine/interpreter-imports.ts";
import { PageStates } from "../../../../guest-archs/engine/page-states.ts";
import { INSTRUCTION_SET } from "../../../../guest-archs/riscv/decoder.ts";
import { Hart } from "../../../../guest-archs/riscv/hart.ts";
import { createPrivilegedHart } from "../../../../guest-archs/riscv/privileged/create-privileged-hart.ts";
import { HartState } from "../../../../guest-archs/riscv/privileged/hart-state.ts";
import type { Access } from "../../../../guest-archs/riscv/privileged/privileged-hart.ts";
import { processorArea } from "../../../../guest-archs/riscv/processor-area.ts";
import { instantiateSoftMmu } from "../../../../guest-archs/riscv/soft-mmu/soft-mmu.ts";
import { tableAccess } from "../../../../guest-archs/riscv/table-access.ts";
import { TablePages } from "../../../../guest-archs/riscv/table-pages.ts";
import { FlatMemory } from "../flat-memory.ts";

export const RAM_BASE = 0x8000_0000;
export const RAM_PAGES = 16;
const RAM_BYTES = RAM_PAGES * 4096;

export class MmuMachine {
  readonly memory: FlatMemory;
  readonly states: PageStates;
  readonly state: HartState;
  readonly hart: Hart;
  readonly code: CodeCache;
  readonly tables: TablePages;
  readonly refills: RefillImports;
  /** What was dropped, by name. */
  readonly events: string[] = [];

  constructor() {
    const area = processorArea(0, 1, RAM_BYTES, 0);
    this.memory = new FlatMemory(RAM_BYTES, area.bytes);
    const { memory, events } = this;
    this.states = new PageStates(memory.shared, area.pageStates, memory.pages);
    this.hart = new Hart(0, memory, area);
    this.code = new CodeCache(memory, this.states, area.code, area.codeBytes, INSTRUCTION_SET, {
      codeAppeared: (page) => events.push(`code ${page}`),
      codeChanged: () => undefined,
      blocksDropped: () => events.push("blocks"),
    });
    this.tables = new TablePages(memory, this.states, {
      tableAppeared: (page) => events.push(`table ${page}`),
      translationChanged: (high, low) =>
        events.push(`drop ${((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16)}`),
      tablesChanged: () => events.push("drop all"),
    });
    this.state = new HartState(memory.shared.buffer, this.hart.base);
    this.refills = instantiateSoftMmu(memory, RAM_BASE, this.states);
    const environment = {
      flushTranslations: () => this.hart.tlb.flush(),
      pagePermissions: { bytes: this.hart.permissions, ramBase: RAM_BASE },
      interruptsChanged: () => undefined,
      now: () => 0,
      setSupervisorTimer: () => undefined,
      ...tableAccess(memory, RAM_BASE, this.code, this.tables),
    };
    const { state } = this;
    this.hart.connect(createPrivilegedHart({ hartId: 0, state, environment }));
  }

  /** Decodes the instruction at an offset into RAM. */
  decode(offset: number): void {
    const inPage = offset % 4096;
    this.code.decode(this.code.blockOf((offset - inPage) / 4096) + (inPage / 2) * 16);
  }

  /** As the slow path does. @returns an address, or minus the cause of a fault. */
  walk(address: bigint, access: Access, size: number): number {
    const { privileged } = this.hart;
    const high = Number(address >> 32n) | 0;
    const low = Number(address & 0xffff_ffffn) | 0;
    let physical = privileged.translate(high, low, access);
    if (physical >= 0 && !privileged.isPageUniform) {
      physical = privileged.translate(high, low, access, size);
    }
    return physical < 0 ? -privileged.faultCause : physical;
  }

  refill(address: bigint, access: Access, size: number): number {
    const { refills, hart } = this;
    const signed = BigInt.asIntN(64, address);
    if (access === 0) return refills.refillFetch(hart.base, signed) >>> 0;
    const refill = access === 1 ? refills.refillRead : refills.refillWrite;
    return refill(hart.base, signed, size) >>> 0;
  }

  ram(): Uint8Array {
    return this.memory.read(0, RAM_BYTES);
  }
}
