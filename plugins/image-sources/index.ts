// The image sources that come with ExtraVirt.
import { API_VERSION } from "../../core/index.ts";
import type { Plugin } from "../../core/index.ts";
import { debianImageSource } from "./debian-image-source.ts";

export const imageSourcesPlugin: Plugin = {
  name: "image-sources",
  apiVersion: API_VERSION,
  provide(registry) {
    registry.register(debianImageSource);
  },
};
