import { describe, expect, it } from "vitest";
import { MAX_QUEUED_BYTES } from "../../../plugins/devices/byte-queue.ts";
import { uart16550 } from "../../../plugins/devices/uart16550.ts";
import { type Bench, benchFor, restoredCopy } from "./device-bench.ts";

const text = (outputs: readonly Uint8Array[]): string => Buffer.concat(outputs).toString();
const deliver = ({ device }: Bench, bytes: string): void => device.deliver?.(Buffer.from(bytes));
const iir = ({ device }: Bench): number => device.read(2, 1) & 0x0f;

/** Enables FIFOs with a trigger level of 8 and waits for the line to go on. */
function withFifos(): Bench {
  const bench = benchFor(uart16550);
  bench.device.write(2, 1, 0x81);
  bench.wait(10_000);
  return bench;
}

describe("uart-16550", () => {
  it("emits what is written to THR and is always ready to send", () => {
    const bench = benchFor(uart16550);
    for (const byte of Buffer.from("ok\n")) {
      expect(bench.device.read(5, 1) & 0x60).toBe(0x60);
      bench.device.write(0, 1, byte);
    }
    expect(text(bench.outputs)).toBe("ok\n");
  });

  it("loses what comes while 16 MiB wait to be read, and says so once", () => {
    const bench = withFifos();
    bench.device.write(1, 1, 0x04);
    bench.device.deliver?.(new Uint8Array(MAX_QUEUED_BYTES).fill(65));
    expect(bench.device.read(5, 1) & 0x02).toBe(0);
    bench.device.deliver?.(Uint8Array.of(66));
    expect(bench.isInterruptHigh()).toBe(true);
    expect(bench.device.read(2, 1) & 0x0f).toBe(0x06);
    const copy = restoredCopy(uart16550, {}, bench);
    expect(copy.device.read(5, 1) & 0x02).toBe(0x02);
    expect(bench.device.read(5, 1) & 0x02).toBe(0x02);
    expect(bench.isInterruptHigh()).toBe(false);
    expect(bench.device.read(5, 1) & 0x02).toBe(0);
  });

  it("reaches the divisor latch with DLAB instead of data and IER", () => {
    const bench = benchFor(uart16550);
    bench.device.write(3, 1, 0x83);
    bench.device.write(0, 1, 0x34);
    bench.device.write(1, 1, 0x12);
    expect([bench.device.read(0, 1), bench.device.read(1, 1)]).toEqual([0x34, 0x12]);
    bench.device.write(3, 1, 0x03);
    expect(bench.device.read(1, 1)).toBe(0);
    expect(bench.outputs).toEqual([]);
  });

  it("keeps the scratch register and identifies itself as a 16550A", () => {
    const bench = benchFor(uart16550);
    bench.device.write(7, 1, 0xa5);
    expect(bench.device.read(7, 1)).toBe(0xa5);
    expect(bench.device.read(2, 1)).toBe(0x01);
    bench.device.write(2, 1, 0x01);
    expect(bench.device.read(2, 1)).toBe(0xc1);
  });

  it("delivers any amount of input in order, interrupting at and below the trigger level", () => {
    const bench = withFifos();
    const sent = "a paste much longer than the FIFO of sixteen bytes. ".repeat(50);
    bench.device.write(1, 1, 0x01);
    expect(bench.isInterruptHigh()).toBe(false);
    deliver(bench, sent);
    expect(bench.isInterruptHigh()).toBe(true);
    expect(iir(bench)).toBe(0x04);
    const received: number[] = [];
    const identifications: number[] = [];
    while (bench.device.read(5, 1) & 1) {
      received.push(bench.device.read(0, 1));
      identifications.push(iir(bench));
    }
    expect(Buffer.from(received).toString()).toBe(sent);
    // From 7 bytes on it is a timeout below the trigger level, in the end nothing.
    expect(identifications.at(-9)).toBe(0x04);
    expect(identifications.slice(-8)).toEqual([...Array<number>(7).fill(0x0c), 0x01]);
    expect(bench.isInterruptHigh()).toBe(false);
    expect(iir(bench)).toBe(0x01);
  });

  it("raises the transmit interrupt when it is enabled and after each byte, until IIR is read", () => {
    const bench = benchFor(uart16550);
    bench.device.write(1, 1, 0x02);
    expect(bench.isInterruptHigh()).toBe(true);
    expect(iir(bench)).toBe(0x02);
    expect(bench.isInterruptHigh()).toBe(false);
    expect(iir(bench)).toBe(0x01);
    bench.device.write(0, 1, 0x41);
    expect(bench.isInterruptHigh()).toBe(true);
    // Linux checks that turning it off and on again raises it again.
    expect(iir(bench)).toBe(0x02);
    bench.device.write(1, 1, 0x00);
    bench.device.write(1, 1, 0x02);
    expect(iir(bench)).toBe(0x02);
  });

  it("reports received data before an empty transmitter", () => {
    const bench = withFifos();
    bench.device.write(1, 1, 0x03);
    deliver(bench, "x");
    expect(iir(bench)).toBe(0x0c);
    bench.device.read(0, 1);
    expect(iir(bench)).toBe(0x02);
  });

  it("loses no input to a driver that clears its FIFO and discards leftovers", () => {
    const bench = withFifos();
    deliver(bench, "typed ahead");
    bench.device.write(2, 1, 0x87);
    for (const register of [5, 0, 2, 6]) bench.device.read(register, 1);
    bench.device.write(1, 1, 0x01);
    expect(bench.isInterruptHigh()).toBe(false);
    bench.wait(10_000);
    expect(bench.isInterruptHigh()).toBe(true);
    expect(bench.device.read(0, 1)).toBe("t".codePointAt(0));
  });

  it("feeds back data and modem lines in loopback, as drivers probe it", () => {
    const bench = benchFor(uart16550);
    expect(bench.device.read(6, 1) & 0xf0).toBe(0xb0);
    bench.device.write(4, 1, 0x1a);
    expect(bench.device.read(6, 1) & 0xf0).toBe(0x90);
    bench.device.write(0, 1, 0x5a);
    expect(bench.outputs).toEqual([]);
    expect(bench.device.read(0, 1)).toBe(0x5a);
  });

  it("reports changes of modem lines once, with an interrupt when enabled", () => {
    const bench = benchFor(uart16550);
    bench.device.write(1, 1, 0x08);
    bench.device.write(4, 1, 0x10);
    expect(bench.isInterruptHigh()).toBe(true);
    expect(iir(bench)).toBe(0x00);
    expect(bench.device.read(6, 1) & 0x0f).toBe(0x0b);
    expect(bench.device.read(6, 1) & 0x0f).toBe(0);
    expect(bench.isInterruptHigh()).toBe(false);
  });

  it("serves firmware calls through its console port", () => {
    const bench = withFifos();
    deliver(bench, "A");
    bench.device.console?.write(0x42);
    expect(bench.device.console?.read()).toBe(0x41);
    expect(bench.device.console?.read()).toBe(-1);
    expect(text(bench.outputs)).toBe("B");
  });
});
