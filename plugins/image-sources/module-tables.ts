// The tables by which modprobe and mount find modules: modules.dep and modules.alias of
// /lib/modules/<kernel release> in depmod's formats (modules.dep(5); `alias <pattern> <module>` of modprobe.d(5)),
// and /etc/filesystems.
import type { KernelModule } from "./kernel-modules.ts";

/**
 * One line for each module: its path, then the paths of all it depends on, directly or not, each before those
 * that it needs itself. `modules` are in loading order.
 */
export function modulesDep(modules: readonly KernelModule[]): string {
  const needed = new Map<string, ReadonlySet<string>>();
  return modules
    .map(({ name, path, depends }) => {
      const all = new Set(depends.flatMap((other) => [other, ...(needed.get(other) ?? [])]));
      needed.set(name, all);
      const paths = modules.filter((other) => all.has(other.name)).map((other) => ` ${other.path}`);
      return `${path}:${paths.toReversed().join("")}\n`;
    })
    .join("");
}

/** One line for each alias of each module. */
export function modulesAlias(modules: readonly KernelModule[]): string {
  return modules
    .flatMap(({ name, aliases }) => aliases.map((alias) => `alias ${alias} ${name}\n`))
    .join("");
}

/** /etc/filesystems, what mount tries when it isn't told a type: the kernel names only those already loaded. */
export function filesystems(modules: readonly KernelModule[]): string {
  const prefix = "fs-";
  const types = modules
    .flatMap(({ aliases }) => aliases)
    .filter((alias) => alias.startsWith(prefix))
    .map((alias) => `${alias.slice(prefix.length)}\n`);
  return [...new Set(types)].join("");
}
