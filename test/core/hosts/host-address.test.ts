import { describe, expect, it } from "vitest";
import { parseAddress } from "../../../core/hosts/host-address.ts";

describe("parseAddress", () => {
  it.each([
    ["192.0.2.7:7070", "192.0.2.7", 7070],
    ["far.example:1", "far.example", 1],
    ["[2001:db8::7]:65535", "2001:db8::7", 65_535],
  ])("takes %s apart", (text, host, port) => {
    expect(parseAddress(text, "--listen")).toEqual({ host, port });
  });

  it.each(["", "far.example", "2001:db8::7:7070", "far.example:70700", ":7070"])(
    "refuses %j",
    (text) => {
      expect(() => parseAddress(text, "--listen")).toThrow(
        expect.objectContaining({ code: "XV_ERR_HOST_ADDRESS", place: "--listen", value: text }),
      );
    },
  );
});
