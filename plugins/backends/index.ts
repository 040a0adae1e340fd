// Built-in plugin: backends, the host side of consoles, disks, entropy and networks.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { diskFile } from "./block/disk-file.ts";
import { memoryDisk } from "./block/memory-disk.ts";
import { file } from "./console/file.ts";
import { nullConsole } from "./console/null.ts";
import { terminal } from "./console/terminal.ts";
import { hostEntropy } from "./entropy/host-entropy.ts";
import { seededEntropy } from "./entropy/seeded-entropy.ts";
import { passt } from "./network/passt.ts";
import { stream } from "./network/stream.ts";
import { networkSwitch } from "./network/switch.ts";

const BACKENDS = [
  terminal,
  file,
  nullConsole,
  diskFile,
  memoryDisk,
  hostEntropy,
  seededEntropy,
  stream,
  passt,
  networkSwitch,
];

export const backendsPlugin: Plugin = {
  name: "backends",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of BACKENDS) registry.register(provider);
  },
};
