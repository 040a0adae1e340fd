// What crosses the sphere between the virtio network device and a network backend.
//
//   output: an Ethernet frame from destination address to payload, without preamble and checksum
//   input:  kind u8 (0 frame, 1 link) | the frame, or the link's state u8 (0 down, 1 up)

const KIND = { frame: 0, link: 1 } as const;

/** Two addresses and a type: less is no frame. */
export const MIN_FRAME_BYTES = 14;
/** Beyond the MTU: the header and the tag of a virtual LAN. */
export const FRAME_OVERHEAD_BYTES = 18;
/** Largest MTU a device can have, as in VIRTIO 1.2, section 5.1.4.1. */
export const MAX_MTU = 65_535;
/** Longest frame that any device takes or sends. */
export const MAX_FRAME_BYTES: number = MAX_MTU + FRAME_OVERHEAD_BYTES;

export type NetInput =
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  | { readonly kind: "link"; readonly isUp: boolean };

export function encodeFrameInput(frame: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(1 + frame.length);
  encoded[0] = KIND.frame;
  encoded.set(frame, 1);
  return encoded;
}

export function encodeLinkInput(isUp: boolean): Uint8Array {
  return Uint8Array.of(KIND.link, isUp ? 1 : 0);
}

/** The frame is a view of the bytes. @returns undefined for bytes that are no input of this format. */
export function decodeNetInput(encoded: Uint8Array): NetInput | undefined {
  const [kind, state] = encoded;
  if (kind === KIND.link && encoded.length === 2) return { kind: "link", isUp: state === 1 };
  if (kind !== KIND.frame || encoded.length < 1 + MIN_FRAME_BYTES) return undefined;
  return { kind: "frame", frame: encoded.subarray(1) };
}
