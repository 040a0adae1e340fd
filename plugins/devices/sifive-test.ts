// The SiFive test finisher, by which a guest powers off, resets or reports a failure.
// Source: QEMU hw/misc/sifive_test.c (register 0: low half status, high half exit code).
//
//   offset  access  meaning
//   0x0     write   0x5555 power off | 0x7777 reset | 0x3333 failure with exit code in bits 16-31
import type { Device, DeviceModel } from "../../core/index.ts";

const FINISHER_FAIL = 0x3333;
const FINISHER_PASS = 0x5555;
const FINISHER_RESET = 0x7777;

const SECTION = "sifive-test";

export const sifiveTest: DeviceModel = {
  kind: "device",
  name: "sifive-test",
  summary: "Power-off, reset and exit code of the guest (SiFive test finisher).",
  slot: "power",
  schema: { type: "object", properties: {}, additionalProperties: false },

  create(_options, context): Device {
    return {
      read: () => 0,
      write(offset, _size, value) {
        if (offset !== 0) return;
        const status = value & 0xffff;
        if (status === FINISHER_PASS) context.stop("power-off", 0);
        else if (status === FINISHER_RESET) context.stop("reset", 0);
        else if (status === FINISHER_FAIL) context.stop("guest-failure", value >>> 16);
      },
      save: (writer) => writer.section(SECTION, 1),
      restore: (reader) => void reader.section(SECTION, 1),
    };
  },

  deviceTree: (place) => ({
    name: `test@${place.base.toString(16)}`,
    properties: { compatible: ["sifive,test1", "sifive,test0", "syscon"] },
  }),
};
