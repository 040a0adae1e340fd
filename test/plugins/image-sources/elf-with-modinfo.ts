// A stand-in for kernel modules.

/** An ELF64 file with nothing but the section names and a .modinfo section. */
export function elfWithModinfo(...lines: string[]): Buffer {
  const modinfo = Buffer.from(lines.map((line) => `${line}\0`).join(""));
  const names = Buffer.from("\0.modinfo\0.shstrtab\0");
  const head = Buffer.alloc(64);
  head.write("\x7fELF", 0, "latin1");
  head.writeBigUInt64LE(BigInt(64 + modinfo.length + names.length), 0x28);
  head.writeUInt16LE(64, 0x3a);
  head.writeUInt16LE(2, 0x3c);
  head.writeUInt16LE(1, 0x3e);
  const section = (name: number, offset: number, bytes: number): Buffer => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(name, 0);
    entry.writeBigUInt64LE(BigInt(offset), 0x18);
    entry.writeBigUInt64LE(BigInt(bytes), 0x20);
    return entry;
  };
  const first = section(1, 64, modinfo.length);
  const second = section(10, 64 + modinfo.length, names.length);
  return Buffer.concat([head, modinfo, names, first, second]);
}
