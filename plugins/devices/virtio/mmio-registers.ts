// Registers of virtio over MMIO, layout version 2 ("modern"), and what is in them. Source: VIRTIO 1.2, section 4.2.2;
// device status bits: section 2.1. Device configuration starts at `config`.

export const REGISTER = {
  magicValue: 0x000,
  version: 0x004,
  deviceId: 0x008,
  vendorId: 0x00c,
  deviceFeatures: 0x010,
  deviceFeaturesSel: 0x014,
  driverFeatures: 0x020,
  driverFeaturesSel: 0x024,
  queueSel: 0x030,
  queueNumMax: 0x034,
  queueNum: 0x038,
  queueReady: 0x044,
  queueNotify: 0x050,
  interruptStatus: 0x060,
  interruptAck: 0x064,
  status: 0x070,
  queueDescLow: 0x080,
  queueDescHigh: 0x084,
  queueDriverLow: 0x090,
  queueDriverHigh: 0x094,
  queueDeviceLow: 0x0a0,
  queueDeviceHigh: 0x0a4,
  shmLenLow: 0x0b0,
  shmLenHigh: 0x0b4,
  shmBaseLow: 0x0b8,
  shmBaseHigh: 0x0bc,
  configGeneration: 0x0fc,
  config: 0x100,
} as const;

/** Contents of `magicValue`: "virt". */
export const MAGIC_VALUE = 0x7472_6976;
/** Contents of `version`. */
export const VERSION = 2;
/** Contents of `vendorId`: "XVRT". */
export const VENDOR_ID = 0x5452_5658;

export const STATUS = {
  acknowledge: 1,
  driver: 2,
  driverOk: 4,
  featuresOk: 8,
  needsReset: 64,
  failed: 128,
} as const;
/** Bits of `interruptStatus` and `interruptAck`. */
export const INTERRUPT = { usedBuffer: 1, configChange: 2 } as const;
