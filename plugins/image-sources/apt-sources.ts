// Reads the machine's apt sources, both formats of sources.list(5), and picks the Debian archive among
// them: the mirror and keys the owner of the machine chose are the ones we use.

export interface AptSource {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of a keyring, or the armoured key itself where the source carries one. */
  readonly signedBy: string | undefined;
}

const DEBIAN_SUITE =
  /^(oldoldstable|oldstable|stable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky|duke)$/;

/** One-line entries: `deb [option=value …] uri suite component…`. Lines it can't read are left out. */
export function parseOneLineSources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*/, "").trim();
    const match = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
    if (match === null) continue;
    const [, type = "", options = "", uri = "", suite = "", components = ""] = match;
    sources.push({
      types: [type],
      uris: [uri],
      suites: [suite],
      components: words(components),
      signedBy: /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1],
    });
  }
  return sources;
}

/** Stanzas of `Field: value` with continuation lines; stanzas with `Enabled: no` are left out. */
export function parseDeb822Sources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  const uncommented = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n");
  for (const stanza of uncommented.split(/\n[ \t]*\n/)) {
    const fields = parseStanza(stanza);
    if (fields.size === 0 || /^(no|false|0)$/i.test(fields.get("enabled") ?? "")) continue;
    sources.push({
      types: words(fields.get("types") ?? ""),
      uris: words(fields.get("uris") ?? ""),
      suites: words(fields.get("suites") ?? ""),
      components: words(fields.get("components") ?? ""),
      signedBy: fields.get("signed-by"),
    });
  }
  return sources;
}

/** Fields of one deb822 stanza, names in lower case. A lone `.` in a continuation stands for an empty line. */
export function parseStanza(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = "";
  for (const line of stanza.split("\n")) {
    const match = /^([^\s:]+):\s*(.*)$/.exec(line);
    if (match !== null) {
      name = (match[1] ?? "").toLowerCase();
      fields.set(name, (match[2] ?? "").trim());
    } else if (/^\s/.test(line) && name !== "") {
      const more = line.trim() === "." ? "" : line.trim();
      const before = fields.get(name) ?? "";
      fields.set(name, before === "" ? more : `${before}\n${more}`);
    }
  }
  return fields;
}

export interface DebianArchive {
  readonly mirror: string;
  readonly signedBy: string | undefined;
}

/** The first source that is the main Debian archive, or undefined (another distribution, no sources). */
export function findDebianArchive(sources: readonly AptSource[]): DebianArchive | undefined {
  for (const source of sources) {
    if (!source.types.includes("deb") || !source.components.includes("main")) continue;
    if (!source.suites.some((suite) => DEBIAN_SUITE.test(suite))) continue;
    if (!isSignedByDebian(source.signedBy)) continue;
    const mirror = source.uris.find((uri) => /debian/i.test(uri) && !uri.startsWith("cdrom:"));
    if (mirror !== undefined) return { mirror, signedBy: source.signedBy };
  }
  return undefined;
}

function isSignedByDebian(signedBy: string | undefined): boolean {
  if (signedBy === undefined || signedBy.includes("BEGIN PGP")) return true;
  return /debian-archive/.test(signedBy);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
