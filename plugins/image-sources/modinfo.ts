// What a kernel module says of itself: section `.modinfo` of its ELF file holds strings `key=value`, each
// ended by a zero byte (MODULE_INFO in the kernel's include/linux/moduleparam.h).

export interface ModuleInfo {
  /** `depends=a,b`: modules whose symbols this one uses. */
  readonly depends: readonly string[];
  /** The `pre:` part of `softdep=pre: a b post: c`: what it may ask for while it is at work. */
  readonly softPre: readonly string[];
  /** `alias=<pattern>`: devices and services that it provides, as the kernel asks for them. */
  readonly aliases: readonly string[];
}

/** Everything is empty for a file that is no ELF64 file or has no such section. */
export function readModinfo(elf: Buffer): ModuleInfo {
  const strings = modinfoSection(elf).toString("latin1").split("\0");
  const values = (key: string): string[] =>
    strings.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  const softPre = values("softdep").flatMap((value) => {
    const pre = /pre:(.*?)(?:post:|$)/.exec(value)?.[1] ?? "";
    return pre.split(/\s+/).filter((name) => name !== "");
  });
  const depends = values("depends").flatMap((value) =>
    value.split(",").filter((name) => name !== ""),
  );
  return { depends, softPre, aliases: values("alias") };
}

/** Section `.modinfo` of an ELF64 little-endian file; empty when it has none. */
function modinfoSection(elf: Buffer): Buffer {
  if (elf.length < 64 || elf.readUInt32BE(0) !== 0x7f454c46) return Buffer.alloc(0);
  const table = Number(elf.readBigUInt64LE(0x28));
  const entryBytes = elf.readUInt16LE(0x3a);
  const at = (n: number): number => table + n * entryBytes;
  const offsetOf = (n: number): number => Number(elf.readBigUInt64LE(at(n) + 0x18));
  const names = offsetOf(elf.readUInt16LE(0x3e));
  for (let n = 0; n < elf.readUInt16LE(0x3c); n++) {
    const name = names + elf.readUInt32LE(at(n));
    if (elf.toString("latin1", name, name + 9) !== ".modinfo\0") continue;
    return elf.subarray(offsetOf(n), offsetOf(n) + Number(elf.readBigUInt64LE(at(n) + 0x20)));
  }
  return Buffer.alloc(0);
}
