// Image sources obtain kernels, initramfs archives and the like, and cache them.
import type { Provider } from "./provider.ts";

/** Host paths of images by role. Roles in use: "kernel", "initramfs", "firmware". */
export type ImageSet = Readonly<Record<string, string>>;

export interface ImageSource extends Provider {
  readonly kind: "image-source";
  /**
   * Makes the images available and returns their paths; works offline once cached.
   * @throws ExtravirtError naming what failed, and the remedy.
   */
  obtain(
    options: Readonly<Record<string, unknown>>,
    log: (message: string) => void,
  ): Promise<ImageSet>;
}
