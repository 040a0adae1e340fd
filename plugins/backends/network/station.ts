// A host on a switch that only answers: ARP requests for its address, pings, and datagrams to the echo port. What it
// sends is a function of what it receives, so runs with it repeat bit for bit.
// Sources: RFC 826 (ARP), RFC 791 (IPv4), RFC 792 (ICMP), RFC 768 (UDP), RFC 862 (echo).
//
//   Ethernet: 0 destination[6] | 6 source[6] | 12 type u16 | 14 payload
//   ARP:      0 hardware u16, protocol u16, lengths u8 u8 | 6 operation u16 | 8 sender[6] ip[4] | 18 target[6] ip[4]
//   IPv4:     0 version, header words | 2 length u16 | 6 fragment | 9 protocol | 10 checksum | 12 source | 16 destination
//   ICMP:     0 type | 1 code | 2 checksum u16 | 4 rest
//   UDP:      0 source port u16 | 2 destination port u16 | 4 length u16 | 6 checksum u16 | 8 payload
import type { SwitchMember } from "./learning-switch.ts";

const ETHERNET_BYTES = 14;
const TYPE = { ipv4: 0x0800, arp: 0x0806 } as const;
const ARP_BYTES = 28;
const ARP_OPERATION = { request: 1, reply: 2 } as const;
const PROTOCOL = { icmp: 1, udp: 17 } as const;
const ICMP = { echoReply: 0, echoRequest: 8 } as const;
const MIN_IPV4_BYTES = 20;
const UDP_BYTES = 8;
const ECHO_PORT = 7;

export interface StationAddress {
  readonly mac: Uint8Array;
  /** IPv4, four bytes. */
  readonly ip: Uint8Array;
}

export class Station implements SwitchMember {
  readonly isActive: boolean = false;
  readonly #address: StationAddress;
  readonly #send: (frame: Uint8Array) => void;

  constructor(address: StationAddress, send: (frame: Uint8Array) => void) {
    this.#address = address;
    this.#send = send;
  }

  receive(frame: Uint8Array): void {
    if (frame.length < ETHERNET_BYTES) return;
    const type = u16(frame, 12);
    const answer = Buffer.from(frame);
    const payload = answer.subarray(ETHERNET_BYTES);
    if (type === TYPE.arp && !this.#answerArp(payload)) return;
    if (type === TYPE.ipv4 && !(this.#isForMe(frame) && this.#answerIpv4(payload))) return;
    if (type !== TYPE.arp && type !== TYPE.ipv4) return;
    answer.copy(answer, 0, 6, 12);
    answer.set(this.#address.mac, 6);
    this.#send(answer);
  }

  #isForMe(frame: Uint8Array): boolean {
    return equal(frame.subarray(0, 6), this.#address.mac);
  }

  /** Each of these turns a request into its answer, in place. @returns false where there is none */
  #answerArp(arp: Buffer): boolean {
    const { mac, ip } = this.#address;
    if (arp.length < ARP_BYTES || u16(arp, 6) !== ARP_OPERATION.request) return false;
    if (!equal(arp.subarray(24, 28), ip)) return false;
    arp.writeUInt16BE(ARP_OPERATION.reply, 6);
    arp.copy(arp, 18, 8, 18);
    arp.set(mac, 8);
    arp.set(ip, 14);
    return true;
  }

  #answerIpv4(packet: Buffer): boolean {
    const headerBytes = ((packet[0] ?? 0) & 15) * 4;
    const length = packet.length < MIN_IPV4_BYTES ? 0 : u16(packet, 2);
    const isFragment = (u16(packet, 6) & 0x3fff) !== 0;
    if (headerBytes < MIN_IPV4_BYTES || length < headerBytes || length > packet.length)
      return false;
    if (isFragment || !equal(packet.subarray(16, 20), this.#address.ip)) return false;
    const content = packet.subarray(headerBytes, length);
    const isAnswered =
      (packet[9] === PROTOCOL.icmp && answerPing(content)) ||
      (packet[9] === PROTOCOL.udp && answerEcho(content));
    if (!isAnswered) return false;
    // The sums stay right: addresses change places, and the checksum of UDP covers both.
    packet.copy(packet, 16, 12, 16);
    packet.set(this.#address.ip, 12);
    return true;
  }
}

function answerPing(icmp: Buffer): boolean {
  if (icmp.length < 8 || icmp[0] !== ICMP.echoRequest) return false;
  icmp[0] = ICMP.echoReply;
  icmp.writeUInt16BE(0, 2);
  icmp.writeUInt16BE(internetChecksum(icmp), 2);
  return true;
}

/** Whoever sends from the echo port answers there, too: with a forged sender two stations would go on for ever. */
function answerEcho(udp: Buffer): boolean {
  if (udp.length < UDP_BYTES || u16(udp, 2) !== ECHO_PORT || u16(udp, 0) === ECHO_PORT)
    return false;
  udp.copy(udp, 2, 0, 2);
  udp.writeUInt16BE(ECHO_PORT, 0);
  return true;
}

/** Complement of the sum of 16-bit words in one's complement: RFC 1071. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
