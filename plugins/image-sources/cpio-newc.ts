// Writes cpio archives in the "new ASCII" format (magic 070701) that Linux unpacks as initramfs; see
// Documentation/driver-api/early-userspace/buffer-format.rst in the kernel. Equal entries give equal bytes:
// sorted paths, sequential inode numbers, modification time 0, owner root.

export type CpioEntry =
  | { readonly kind: "directory"; readonly path: string; readonly mode?: number }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly mode?: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  | {
      readonly kind: "character-device";
      readonly path: string;
      readonly mode?: number;
      readonly major: number;
      readonly minor: number;
    };

const S_IFCHR = 0o020000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;
const TRAILER = "TRAILER!!!";

/** Paths are relative, `/`-separated; missing parent folders are added. A later entry replaces an earlier one. */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const byPath = new Map<string, CpioEntry>();
  for (const entry of entries) {
    const path = entry.path.replace(/^\/+/, "").replace(/\/+$/, "");
    if (path === "" || path.split("/").includes("..")) {
      throw new RangeError(`not a path inside an archive: "${entry.path}"`);
    }
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const parent = parts.slice(0, depth).join("/");
      if (!byPath.has(parent)) byPath.set(parent, { kind: "directory", path: parent });
    }
    byPath.set(path, { ...entry, path });
  }
  // A folder is a prefix of its contents, so byte order puts it first, as the kernel needs it.
  const sorted = [...byPath.values()].toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
  );
  const chunks = sorted.flatMap((entry, index) => record(entry, index + 1));
  chunks.push(
    ...member(TRAILER, { ino: 0, mode: 0, links: 1, major: 0, minor: 0 }, new Uint8Array(0)),
  );
  return Buffer.concat(chunks);
}

interface Header {
  readonly ino: number;
  readonly mode: number;
  readonly links: number;
  readonly major: number;
  readonly minor: number;
}

function record(entry: CpioEntry, ino: number): Uint8Array[] {
  const plain = { ino, links: 1, major: 0, minor: 0 };
  const none = new Uint8Array(0);
  switch (entry.kind) {
    case "directory":
      return member(
        entry.path,
        { ...plain, links: 2, mode: S_IFDIR | (entry.mode ?? 0o755) },
        none,
      );
    case "file":
      return member(entry.path, { ...plain, mode: S_IFREG | (entry.mode ?? 0o644) }, entry.data);
    case "symlink":
      return member(entry.path, { ...plain, mode: S_IFLNK | 0o777 }, Buffer.from(entry.target));
    case "character-device": {
      const { major, minor } = entry;
      return member(
        entry.path,
        { ...plain, mode: S_IFCHR | (entry.mode ?? 0o600), major, minor },
        none,
      );
    }
  }
}

function member(path: string, header: Header, data: Uint8Array): Uint8Array[] {
  const name = Buffer.from(`${path}\0`);
  // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  const fields = [
    header.ino,
    header.mode,
    0,
    0,
    header.links,
    0,
    data.length,
    0,
    0,
    header.major,
    header.minor,
    name.length,
    0,
  ];
  const head = Buffer.from(`070701${fields.map((n) => n.toString(16).padStart(8, "0")).join("")}`);
  return [head, name, padding(head.length + name.length), data, padding(data.length)];
}

/** Header with name, and data, each end on a multiple of 4. */
function padding(length: number): Uint8Array {
  return new Uint8Array(-length & 3);
}
