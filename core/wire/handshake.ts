// The first bytes of a connection: both sides say what they are, and prove that they hold the same key. HMAC over both
// nonces (RFC 2104; challenge and response): the key itself never leaves, a recorded proof is of no use, and whoever
// changes a byte of either preamble is found out.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { ErrorCode, ExtravirtError } from "../api/extravirt-error.ts";
import type { ByteQueue } from "./byte-queue.ts";
import { PAYLOAD_VERSION } from "./payload.ts";
import {
  MAGIC,
  MARK,
  NONCE_BYTES,
  PREAMBLE_BYTES,
  PROOF_BYTES,
  WIRE_VERSION,
  wireError,
  type WireSide,
} from "./wire-format.ts";

/** What a side says of itself, before anything is proven: strings only. */
export type WireIdentity = Readonly<Record<string, string>>;

export interface HandshakeOptions {
  readonly side: WireSide;
  /** Without one the other side is not authenticated; both have one or none has. */
  readonly key?: Uint8Array | undefined;
  readonly identity: WireIdentity;
  /** The other end, for messages. */
  readonly place: string;
}

export interface Established {
  readonly peer: WireIdentity;
  readonly sendKey: Uint8Array;
  readonly receiveKey: Uint8Array;
}

const NO_KEY = new Uint8Array();
const FLAG_AT = MAGIC.length + 4;
const LENGTH_AT = FLAG_AT + 2;
const MAX_REFUSAL_BYTES = 1024;

export class Handshake {
  /** Own preamble, to be sent first. */
  readonly preamble: Uint8Array;
  readonly #options: HandshakeOptions;
  #peerPreamble: Uint8Array | undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.preamble = encodePreamble(options);
  }

  /**
   * Takes what came so far. @param reply sends bytes
   * @returns undefined when more is needed
   * @throws an ExtravirtError when the other side is refused, or refuses
   */
  advance(bytes: ByteQueue, reply: (bytes: Uint8Array) => void): Established | undefined {
    if (this.#peerPreamble === undefined) {
      const preamble = this.#takePreamble(bytes);
      if (preamble === undefined) return undefined;
      this.#peerPreamble = preamble;
      reply(Buffer.concat([Uint8Array.of(MARK.proof), this.#derive("proof", true)]));
    }
    const mark = bytes.peek(1)?.[0];
    if (mark === undefined) return undefined;
    if (mark === MARK.refusal) return this.#refused(bytes);
    if (mark !== MARK.proof) throw this.#foreign();
    const proof = bytes.take(1 + PROOF_BYTES)?.subarray(1);
    if (proof === undefined) return undefined;
    if (!timingSafeEqual(proof, this.#derive("proof", false))) {
      throw this.#error(
        "XV_ERR_WIRE_KEY",
        "the other side holds another key",
        "Give both sides the same key file.",
      );
    }
    return {
      peer: identityOf(this.#peerPreamble) ?? {},
      sendKey: this.#derive("frames", true),
      receiveKey: this.#derive("frames", false),
    };
  }

  #takePreamble(bytes: ByteQueue): Uint8Array | undefined {
    const magic = bytes.peek(Math.min(bytes.length, MAGIC.length));
    if (magic !== undefined && !magic.equals(MAGIC.subarray(0, magic.length))) {
      throw this.#foreign();
    }
    const head = bytes.peek(PREAMBLE_BYTES);
    if (head === undefined) return undefined;
    const version = head.readUInt16BE(MAGIC.length);
    if (version !== WIRE_VERSION) {
      throw this.#error(
        "XV_ERR_WIRE_VERSION",
        `the other side speaks version ${version} of the wire, this one ${WIRE_VERSION}`,
        "Install the same version of ExtraVirt on both sides.",
      );
    }
    const payload = head.readUInt16BE(MAGIC.length + 2);
    if (payload !== PAYLOAD_VERSION) {
      throw this.#error(
        "XV_ERR_WIRE_VERSION",
        `the other side's V8 writes data in format ${payload}, this one in ${PAYLOAD_VERSION}`,
        "Run the same version of Node on both sides.",
      );
    }
    const isKeyed = head[FLAG_AT] !== 0;
    if (isKeyed !== (this.#options.key !== undefined)) {
      throw this.#error(
        "XV_ERR_WIRE_KEY",
        isKeyed ? "the other side asks for a key" : "the other side has no key",
        "Give both sides the same key file.",
      );
    }
    const preamble = bytes.take(PREAMBLE_BYTES + head.readUInt16BE(LENGTH_AT));
    if (preamble !== undefined && identityOf(preamble) === undefined) throw this.#foreign();
    return preamble;
  }

  /** Under the key, for one use and one direction: of what this side sends, or of what it receives. */
  #derive(purpose: string, isOwn: boolean): Uint8Array {
    const { side, key = NO_KEY } = this.#options;
    const peer = this.#peerPreamble ?? new Uint8Array();
    const from = isOwn === (side === "initiator") ? "initiator" : "acceptor";
    const both = side === "initiator" ? [this.preamble, peer] : [peer, this.preamble];
    const mac = createHmac("sha256", key).update(`extravirt ${purpose} ${from}\n`);
    for (const preamble of both) mac.update(preamble);
    return mac.digest();
  }

  #refused(bytes: ByteQueue): undefined {
    const head = bytes.peek(3);
    if (head === undefined) return undefined;
    const length = head.readUInt16BE(1);
    if (length > MAX_REFUSAL_BYTES) throw this.#foreign();
    const reason = bytes
      .take(3 + length)
      ?.subarray(3)
      .toString("utf8");
    if (reason === undefined) return undefined;
    throw this.#error(
      "XV_ERR_WIRE_REFUSED",
      `the other side refuses the connection: ${printable(reason)}`,
      "Mend what the other side complains of; it has the details.",
    );
  }

  #foreign(): ExtravirtError {
    return this.#error(
      "XV_ERR_WIRE_FOREIGN",
      "what answers there is no ExtraVirt",
      "Check address and port.",
    );
  }

  #error(code: ErrorCode, message: string, remedy: string): ExtravirtError {
    return wireError(code, this.#options.place, message, remedy);
  }
}

/** What a side sends that goes away for this reason, before it closes. */
export function encodeRefusal(reason: string): Uint8Array {
  const text = Buffer.from(reason).subarray(0, MAX_REFUSAL_BYTES);
  const head = Buffer.alloc(3);
  head.writeUInt8(MARK.refusal);
  head.writeUInt16BE(text.length, 1);
  return Buffer.concat([head, text]);
}

function encodePreamble({ key, identity }: HandshakeOptions): Uint8Array {
  const text = Buffer.from(JSON.stringify(identity));
  const head = Buffer.alloc(PREAMBLE_BYTES - NONCE_BYTES);
  head.set(MAGIC);
  head.writeUInt16BE(WIRE_VERSION, MAGIC.length);
  head.writeUInt16BE(PAYLOAD_VERSION, MAGIC.length + 2);
  head.writeUInt8(key === undefined ? 0 : 1, FLAG_AT);
  head.writeUInt16BE(text.length, LENGTH_AT);
  return Buffer.concat([head, randomBytes(NONCE_BYTES), text]);
}

function identityOf(preamble: Uint8Array): WireIdentity | undefined {
  try {
    const text = Buffer.from(preamble.subarray(PREAMBLE_BYTES)).toString("utf8");
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const strings = Object.entries(value).filter(([, entry]) => typeof entry === "string");
    return Object.fromEntries(strings.map(([name, entry]) => [name, printable(String(entry))]));
  } catch {
    return undefined;
  }
}

/** The other side is not proven yet: nothing of it may steer a terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, "?");
}
