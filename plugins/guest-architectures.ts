// Guest architectures are named by address, so that no plugin folder depends on them.
const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf("."));

export const guestArchitectures: readonly string[] = ["riscv", "toy"].map(
  (name) => new URL(`../guest-archs/${name}/index${EXTENSION}`, import.meta.url).href,
);
