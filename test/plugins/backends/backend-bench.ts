// A backend's context that records what the backend does.
import type { BackendContext } from "../../../core/index.ts";

export class BackendBench implements BackendContext {
  readonly deviceId: string = "device0";
  readonly inputs: Buffer[] = [];
  readonly messages: string[] = [];
  stopRequests = 0;
  mayOutputsLeave = true;
  readonly logger: BackendContext["logger"] = {
    debug() {},
    info() {},
    warn: (_fields, message) => this.messages.push(`warn: ${message}`),
    error: (_fields, message) => this.messages.push(`error: ${message}`),
  };

  input(bytes: Uint8Array): void {
    this.inputs.push(Buffer.from(bytes));
  }

  mayLeave(): boolean {
    return this.mayOutputsLeave;
  }

  requestStop(): void {
    this.stopRequests++;
  }

  /** All inputs so far as one text. */
  get typed(): string {
    return Buffer.concat(this.inputs).toString();
  }
}
