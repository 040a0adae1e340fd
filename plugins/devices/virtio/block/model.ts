// Provider of the virtio block device. Feature bits and configuration: VIRTIO 1.2, sections 5.2.3 and 5.2.4.
//
//   configuration: 0 capacity u64 | 8 size_max u32 | 12 seg_max u32 | 16 geometry u32 | 20 blk_size u32
import type { DeviceModel } from "../../../../core/index.ts";
import { virtioModel } from "../virtio-model.ts";
import { BlockDevice, MAX_SEGMENT_BYTES, MAX_SEGMENTS } from "./device.ts";
import { type BlockFacts, blockFacts } from "./facts.ts";
import { SECTOR_BYTES } from "./wire-format.ts";

const DEVICE_ID = 2;
const QUEUE_SIZE = 256;
const FEATURE = {
  sizeMax: 1n << 1n,
  segMax: 1n << 2n,
  readOnly: 1n << 5n,
  blockSize: 1n << 6n,
  flush: 1n << 9n,
};
const CONFIG_BYTES = 60;

export const virtioBlock: DeviceModel = virtioModel({
  name: "virtio-block",
  summary: "Disk (virtio block) served by a block backend.",
  backend: "block",
  identity: (plain) => {
    const facts = blockFacts(plain);
    return {
      deviceId: DEVICE_ID,
      features:
        FEATURE.sizeMax |
        FEATURE.segMax |
        FEATURE.blockSize |
        FEATURE.flush |
        (facts.readOnly ? FEATURE.readOnly : 0n),
      queueSizes: [QUEUE_SIZE],
      config: configSpace(facts),
    };
  },
  createHandler: (context, parts) =>
    new BlockDevice(context, blockFacts(context.facts), {
      queue: parts.queue(0),
      canFlush: () => parts.hasFeature(FEATURE.flush),
      isDriverReady: parts.isDriverReady,
    }),
});

function configSpace(facts: BlockFacts): Uint8Array {
  const config = new Uint8Array(CONFIG_BYTES);
  const view = new DataView(config.buffer);
  view.setBigUint64(0, BigInt(facts.capacitySectors), true);
  view.setUint32(8, MAX_SEGMENT_BYTES, true);
  view.setUint32(12, MAX_SEGMENTS, true);
  view.setUint32(20, SECTOR_BYTES, true);
  return config;
}
