// The builder in which instructions are written, under the name that the engine knows it by.
export type {
  AccessSize,
  Callout,
  Float,
  FloatWidth,
  Held,
  I32,
  I64,
  LoadKind,
  Semantics,
  ShadowOperand,
  ShadowUse,
} from "../../core/index.ts";
