import { describe, expect, it } from "vitest";
import {
  LearningSwitch,
  type SwitchPort,
} from "../../../../plugins/backends/network/learning-switch.ts";
import { internetChecksum, Station } from "../../../../plugins/backends/network/station.ts";

const MAC = Buffer.from("52550a000202", "hex");
const IP = Buffer.from([10, 0, 2, 2]);
const OTHER_MAC = Buffer.from("525400585601", "hex");
const OTHER_IP = Buffer.from([10, 0, 2, 15]);

function answersTo(frame: Buffer): Buffer[] {
  const sent: Buffer[] = [];
  const station = new Station({ mac: MAC, ip: IP }, (bytes) => sent.push(Buffer.from(bytes)));
  station.receive(frame);
  return sent;
}

const ethernet = (type: string, payload: Buffer, to: Buffer = MAC): Buffer =>
  Buffer.concat([to, OTHER_MAC, Buffer.from(type, "hex"), payload]);

function ipv4(
  protocol: number,
  content: Buffer,
  change: (header: Buffer) => void = () => {},
): Buffer {
  const header = Buffer.from("450000000001400040000000", "hex");
  const whole = Buffer.concat([header, OTHER_IP, IP]);
  whole.writeUInt16BE(whole.length + content.length, 2);
  whole[9] = protocol;
  whole.writeUInt16BE(internetChecksum(whole), 10);
  change(whole);
  return ethernet("0800", Buffer.concat([whole, content]));
}

const arp = (operation: number, target: Buffer): Buffer =>
  ethernet(
    "0806",
    Buffer.concat([
      Buffer.from(`00010800060400${operation.toString(16).padStart(2, "0")}`, "hex"),
      OTHER_MAC,
      OTHER_IP,
      Buffer.alloc(6),
      target,
    ]),
    Buffer.alloc(6, 0xff),
  );

const ping = (length: number): Buffer => {
  const icmp = Buffer.concat([Buffer.from("0800000000010002", "hex"), Buffer.alloc(length, 0x61)]);
  icmp.writeUInt16BE(internetChecksum(icmp), 2);
  return icmp;
};

/** A datagram from port 5000 with a right checksum, pseudo header included. */
function datagram(port: number, text: string): Buffer {
  const udp = Buffer.concat([Buffer.alloc(8), Buffer.from(text)]);
  udp.writeUInt16BE(5000, 0);
  udp.writeUInt16BE(port, 2);
  udp.writeUInt16BE(udp.length, 4);
  udp.writeUInt16BE(internetChecksum(pseudo(OTHER_IP, IP, udp)), 6);
  return udp;
}

const pseudo = (from: Buffer, to: Buffer, udp: Buffer): Buffer =>
  Buffer.concat([from, to, Buffer.from([0, 17, 0, udp.length]), udp]);

describe("station", () => {
  it("answers ARP requests for its address only", () => {
    expect(answersTo(arp(1, OTHER_IP))).toEqual([]);
    expect(answersTo(arp(2, IP))).toEqual([]);
    const [answer] = answersTo(arp(1, IP));
    expect(answer?.toString("hex")).toBe(
      ["525400585601", "52550a000202", "0806", "0001080006040002"].join("") +
        ["52550a000202", "0a000202", "525400585601", "0a00020f"].join(""),
    );
  });

  it.each([0, 1, 56, 1400])("answers a ping with %i bytes of data", (length) => {
    const [answer] = answersTo(ipv4(1, ping(length)));
    const packet = answer?.subarray(14) ?? Buffer.alloc(0);
    expect(answer?.subarray(0, 12)).toEqual(Buffer.concat([OTHER_MAC, MAC]));
    expect(packet.subarray(12, 20)).toEqual(Buffer.concat([IP, OTHER_IP]));
    expect(internetChecksum(packet.subarray(0, 20))).toBe(0);
    expect(internetChecksum(packet.subarray(20))).toBe(0);
    expect(packet[20]).toBe(0);
    expect(packet.subarray(24)).toEqual(ping(length).subarray(4));
  });

  it("sends datagrams to the echo port back, with a checksum that is still right", () => {
    const [answer] = answersTo(ipv4(17, datagram(7, "echo, echo")));
    const udp = answer?.subarray(34) ?? Buffer.alloc(0);
    expect([udp.readUInt16BE(0), udp.readUInt16BE(2)]).toEqual([7, 5000]);
    expect(udp.subarray(8).toString()).toBe("echo, echo");
    expect(internetChecksum(pseudo(IP, OTHER_IP, udp))).toBe(0);
  });

  it.each([
    ["another port", ipv4(17, datagram(8, "no"))],
    ["another protocol", ipv4(6, Buffer.alloc(20))],
    ["an answer to a ping", ipv4(1, Buffer.from("0000000000010002", "hex"))],
    ["another address", ipv4(1, ping(4), (header) => header.writeUInt8(3, 19))],
    ["a fragment", ipv4(1, ping(4), (header) => header.writeUInt16BE(0x2000, 6))],
    ["a length beyond the frame", ipv4(1, ping(4), (header) => header.writeUInt16BE(2000, 2))],
    ["a header that is too short", ipv4(1, ping(4), (header) => header.writeUInt8(0x44, 0))],
    ["another card", ethernet("0800", ipv4(1, ping(4)).subarray(14), OTHER_MAC)],
    ["another type", ethernet("86dd", Buffer.alloc(60))],
    ["a cut packet", ethernet("0800", Buffer.alloc(10))],
    ["no frame", Buffer.alloc(13)],
  ])("says nothing to %s", (_name, frame) => {
    expect(answersTo(frame)).toEqual([]);
  });

  it("does not answer what another echo service may have sent", () => {
    const forged = ipv4(17, datagram(7, "for ever"));
    forged.writeUInt16BE(7, 34);
    expect(answersTo(forged)).toEqual([]);
    const lan = new LearningSwitch();
    const addresses = [2, 3].map((last) => ({
      mac: Uint8Array.of(0x52, 0x55, 10, 0, 2, last),
      ip: Uint8Array.of(10, 0, 2, last),
    }));
    let passed = 0;
    for (const address of addresses) {
      const place: SwitchPort = lan.attach(
        new Station(address, (frame) => {
          if (passed++ < 100) place.send(frame);
        }),
      );
    }
    const between = Buffer.from(forged);
    between.set(addresses[0]!.mac, 0);
    between.set(addresses[1]!.mac, 6);
    between.set(addresses[1]!.ip, 26);
    between.set(addresses[0]!.ip, 30);
    lan.attach({ isActive: true, receive() {} }).send(between);
    expect(passed).toBe(0);
  });

  it("computes the checksum of RFC 1071, its example and odd lengths", () => {
    expect(internetChecksum(Buffer.from("0001f203f4f5f6f7", "hex"))).toBe(0xffff - 0xddf2);
    expect(internetChecksum(Buffer.from("01", "hex"))).toBe(0xfeff);
  });
});
