// Block backend: a raw image file, optionally under a copy-on-write overlay.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Backend, ExtravirtError } from "../../../core/index.ts";
import { SECTOR_BYTES } from "../../devices/virtio/block/wire-format.ts";
import type { BlockStore } from "./block-store.ts";
import { OverlayFile } from "./overlay-file.ts";
import { RawFile } from "./raw-file.ts";
import { serveBlockStore } from "./serve-block-store.ts";

export const diskFile: Backend = {
  kind: "backend",
  name: "disk-file",
  serves: "block",
  summary: "Disk in a raw image file, optionally with a copy-on-write overlay.",
  schema: {
    type: "object",
    properties: {
      path: { type: "string", description: "Raw disk image." },
      readOnly: { type: "boolean", default: false, description: "The guest can't write." },
      overlay: {
        type: "string",
        description: "File that takes all writes, made when missing; the image stays as it is.",
      },
      temporary: {
        type: "boolean",
        default: false,
        description: "Writes go to an overlay that is discarded at the end.",
      },
      serial: {
        type: "string",
        maxLength: 20,
        description: "Serial number. Default: the device's id.",
      },
    },
    required: ["path"],
    additionalProperties: false,
  },
  paths: ["path", "overlay"],
  keepsWrites: ({ readOnly, temporary }) => readOnly !== true && temporary !== true,

  async open(options, context) {
    const { serial } = options;
    const path = String(options["path"]);
    const overlay = typeof options["overlay"] === "string" ? options["overlay"] : undefined;
    const readOnly = options["readOnly"] === true;
    const isTemporary = options["temporary"] === true;
    checkCombination(path, { readOnly, overlay, isTemporary });
    const store = openStore(path, { readOnly, overlay, isTemporary });
    const disk = { name: path, readOnly, serial: typeof serial === "string" ? serial : undefined };
    return serveBlockStore(store, disk, context);
  },
};

/** Where writes go. At most one of them is set. */
interface WriteOptions {
  readonly readOnly: boolean;
  readonly overlay: string | undefined;
  readonly isTemporary: boolean;
}

function openStore(path: string, { readOnly, overlay, isTemporary }: WriteOptions): BlockStore {
  const isOverlaid = overlay !== undefined || isTemporary;
  const base = new RawFile(path, !readOnly && !isOverlaid);
  try {
    checkSize(base.bytes, path);
    if (overlay !== undefined) return new OverlayFile(overlay, base);
    return isTemporary ? temporaryOverlay(base) : base;
  } catch (error) {
    base.close();
    throw error;
  }
}

/** The file loses its name at once: nothing is left however the process ends. */
function temporaryOverlay(base: BlockStore): BlockStore {
  const directory = mkdtempSync(join(tmpdir(), "extravirt-overlay-"));
  try {
    return new OverlayFile(join(directory, "overlay"), base);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function checkSize(bytes: number, path: string): void {
  if (bytes > 0 && bytes % SECTOR_BYTES === 0) return;
  const sectors = `a whole number of ${SECTOR_BYTES}-byte sectors`;
  const isEmpty = bytes === 0;
  throw new ExtravirtError(
    "XV_ERR_DISK_SIZE",
    isEmpty ? "the disk is empty" : `the disk has ${bytes} bytes; it must be ${sectors}`,
    {
      place: "path",
      value: path,
      remedy: isEmpty
        ? "Use a raw disk image, or give the file a size: truncate -s 1G FILE."
        : "Use a raw disk image, or extend the file: truncate -s %512 FILE.",
    },
  );
}

function checkCombination(path: string, { readOnly, overlay, isTemporary }: WriteOptions): void {
  const chosen = [
    ...(readOnly ? ["readOnly"] : []),
    ...(overlay === undefined ? [] : ["overlay"]),
    ...(isTemporary ? ["temporary"] : []),
  ];
  if (chosen.length < 2) return;
  throw new ExtravirtError("XV_ERR_DISK_OPTIONS", `${chosen.join(" and ")} exclude each other`, {
    place: "path",
    value: path,
    remedy: "Keep one of readOnly, overlay and temporary for this disk.",
  });
}
