import { describe, expect, it } from "vitest";
import {
  findDebianArchive,
  parseDeb822Sources,
  parseOneLineSources,
} from "../../../plugins/image-sources/apt-sources.ts";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

describe("apt sources", () => {
  it("reads one-line entries with options and comments", () => {
    const text = `# deb http://off.example/debian sid main
deb [arch=amd64 signed-by=${KEYRING}] http://mirror.example/debian trixie main contrib # ours
deb-src http://mirror.example/debian trixie main`;
    expect(parseOneLineSources(text)).toEqual([
      {
        types: ["deb"],
        uris: ["http://mirror.example/debian"],
        suites: ["trixie"],
        components: ["main", "contrib"],
        signedBy: KEYRING,
      },
      {
        types: ["deb-src"],
        uris: ["http://mirror.example/debian"],
        suites: ["trixie"],
        components: ["main"],
        signedBy: undefined,
      },
    ]);
  });

  it("reads deb822 stanzas, leaving out comments and disabled ones", () => {
    const text = `Types: deb
# URIs: http://old.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: ${KEYRING}

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: sid
Components: main
`;
    const sources = parseDeb822Sources(text);
    expect(sources).toHaveLength(1);
    expect(sources[0]).toMatchObject({
      suites: ["bookworm", "bookworm-updates"],
      signedBy: KEYRING,
    });
  });

  it("keeps a key that stands in the source, with its empty line", () => {
    const text = `Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abcd
 -----END PGP PUBLIC KEY BLOCK-----`;
    expect(findDebianArchive(parseDeb822Sources(text))?.signedBy).toBe(
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n-----END PGP PUBLIC KEY BLOCK-----",
    );
  });

  it("picks the Debian archive among security updates, vendors and other distributions", () => {
    const others = `deb http://mirror.example/debian-security bookworm-security main
deb [signed-by=/usr/share/keyrings/vendor.gpg] http://vendor.example/debian bookworm main
deb http://vendor.example/linux/debian bookworm stable
deb http://mirror.example/ubuntu noble main`;
    expect(findDebianArchive(parseOneLineSources(others))).toBeUndefined();
    const all = `${others}\ndeb http://mirror.example/debian bookworm main`;
    expect(findDebianArchive(parseOneLineSources(all))).toEqual({
      mirror: "http://mirror.example/debian",
      signedBy: undefined,
    });
  });
});
