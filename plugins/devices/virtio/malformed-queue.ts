// What a driver's broken virtqueue raises inside a device. It never leaves the device: the transport catches it.

export class MalformedQueue extends Error {
  override readonly name: string = "MalformedQueue";
}
