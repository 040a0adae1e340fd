// Where a host listens: "192.0.2.7:7070", "far.example:7070", "[2001:db8::7]:7070".
import { ExtravirtError } from "../api/extravirt-error.ts";

export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

const PATTERN = /^(?:\[(?<v6>[0-9a-fA-F:.%]+)\]|(?<name>[^:[\]]+)):(?<port>\d{1,5})$/u;

/** @param place of the text, for messages @throws XV_ERR_HOST_ADDRESS */
export function parseAddress(text: string, place: string): HostAddress {
  const { v6, name, port = "" } = PATTERN.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  if (host === undefined || Number(port) > 65_535) {
    throw new ExtravirtError("XV_ERR_HOST_ADDRESS", `"${text}" is no address of a host.`, {
      place,
      value: text,
      remedy: 'Write address and port, such as "192.0.2.7:7070" or "[2001:db8::7]:7070".',
    });
  }
  return { host, port: Number(port) };
}
