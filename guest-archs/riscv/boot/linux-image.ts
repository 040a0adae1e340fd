// The header of a RISC-V Linux kernel Image. Source: Linux Documentation/arch/riscv/boot-image-header.rst.
//
//   0 code u32 x 2 | 8 text_offset u64 | 16 image_size u64 | 24 flags u64 | 32 version u32 | 36 reserved u32
//   40 reserved u64 | 48 magic "RISCV" | 56 magic2 "RSC\x05" | 60 offset of the PE header (kernels with an EFI stub)
import { ExtravirtError } from "../../../core/index.ts";
import { truncated } from "./image-file.ts";

const HEADER_BYTES = 64;
const MAGIC2 = 0x0543_5352;
const ELF_MAGIC = 0x464c_457f;
const ZBOOT_MAGIC = 0x676d_697a; // "zimg"
const MZ_MAGIC = 0x5a4d;
const PE_MAGIC = 0x0000_4550;
const FLAG_BIG_ENDIAN = 1n;

export interface LinuxImage {
  /** The file's bytes. */
  readonly bytes: Uint8Array;
  /** Distance from the start of RAM at which it must lie. */
  readonly textOffset: number;
  /** Memory it occupies from there, at least `bytes.length`: beyond the file it expects zeros. */
  readonly imageBytes: number;
}

/** @throws XV_ERR_IMAGE_NOT_LINUX, XV_ERR_IMAGE_TRUNCATED */
export function parseLinuxImage(bytes: Uint8Array, path: string): LinuxImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEADER_BYTES) {
    throw truncated(path, "kernel", `${bytes.length} bytes are less than its header`);
  }
  if (view.getUint32(56, true) !== MAGIC2) throw notLinux(path, describeOther(view));
  const flags = view.getBigUint64(24, true);
  if (flags & FLAG_BIG_ENDIAN) throw notLinux(path, "it is a big-endian kernel");
  const textOffset = Number(view.getBigUint64(8, true));
  if (textOffset === 0) throw notLinux(path, "it is a kernel for M-mode (text offset 0)");
  const needed = peFileBytes(view);
  if (bytes.length < needed) {
    throw truncated(path, "kernel", `it has ${bytes.length} of ${needed} bytes`);
  }
  const imageBytes = Math.max(bytes.length, Number(view.getBigUint64(16, true)));
  return { bytes, textOffset, imageBytes };
}

function describeOther(view: DataView): string {
  if (view.getUint32(0, true) === ELF_MAGIC) return "it is an ELF file, not a flat Image";
  if (view.getUint32(4, true) === ZBOOT_MAGIC) return "it is a compressed EFI image (vmlinuz.efi)";
  return "its header has no RISC-V magic number at offset 56";
}

function notLinux(path: string, why: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_IMAGE_NOT_LINUX", `no RISC-V Linux kernel: ${why}`, {
    place: "boot.kernel",
    value: path,
    remedy:
      "Give the flat kernel file: arch/riscv/boot/Image, Image.gz, or Debian's /boot/vmlinux-*.",
  });
}

/**
 * Least size of the file according to its PE section table (kernels with an EFI stub), else 0.
 * Source: Microsoft PE Format: the COFF header follows "PE\0\0", section headers the optional header.
 */
function peFileBytes(view: DataView): number {
  const pe = view.getUint32(60, true);
  if (view.getUint16(0, true) !== MZ_MAGIC || pe + 24 > view.byteLength) return 0;
  if (view.getUint32(pe, true) !== PE_MAGIC) return 0;
  const sections = view.getUint16(pe + 6, true);
  const table = pe + 24 + view.getUint16(pe + 20, true);
  let end = table + sections * 40;
  for (let i = 0; i < sections && table + i * 40 + 40 <= view.byteLength; i++) {
    const header = table + i * 40;
    end = Math.max(end, view.getUint32(header + 16, true) + view.getUint32(header + 20, true));
  }
  return end;
}
