// Types of the WebAssembly JavaScript API as far as this project uses it (WebAssembly JavaScript Interface, W3C).
// Node's own types leave them to the browser library, which would bring all of the DOM along.

declare global {
  namespace WebAssembly {
    type ExportValue = CallableFunction | Memory | Table | Global;
    /** Numbers are imported as constant globals. */
    type ImportValue = ExportValue | number;

    class Module {
      constructor(bytes: BufferSource);
    }
    class Instance {
      constructor(module: Module, imports?: Record<string, Record<string, ImportValue>>);
      readonly exports: Record<string, ExportValue>;
    }
    class Memory {
      constructor(descriptor: { initial: number; maximum: number; shared: true });
      /** A SharedArrayBuffer, since all memories here are shared. */
      readonly buffer: SharedArrayBuffer;
      grow(pages: number): number;
    }
    class Table {
      constructor(descriptor: { initial: number; maximum?: number; element: "anyfunc" });
      readonly length: number;
      get(index: number): CallableFunction | null;
      set(index: number, value: CallableFunction | null): void;
      grow(by: number): number;
    }
    class Global {
      constructor(
        descriptor: { value: "i32" | "i64" | "f32" | "f64"; mutable?: boolean },
        value?: unknown,
      );
      value: unknown;
    }
    function validate(bytes: BufferSource): boolean;
    function compile(bytes: BufferSource): Promise<Module>;
  }
  type BufferSource = ArrayBufferView<ArrayBuffer> | ArrayBuffer;
}

export {};
