// Debian's Chromium without a window, driven over pipes: the DevTools protocol, messages ended by a zero byte.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

const ARGUMENTS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--remote-debugging-pipe",
];

type Parameters = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Parameters;
  readonly result?: Parameters;
  readonly error?: { readonly message: string };
}

export class Browser {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly events: Message[] = [];
  #session: string | undefined;
  #next = 0;

  private constructor() {
    this.#profile = mkdtempSync(join(tmpdir(), "extravirt-chromium-"));
    this.#child = spawn("chromium", [...ARGUMENTS, `--user-data-dir=${this.#profile}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    let text = "";
    const from = this.#child.stdio[4] as Readable;
    from.setEncoding("utf8").on("data", (chunk: string) => {
      const messages = (text + chunk).split("\0");
      text = messages.pop() ?? "";
      for (const message of messages) this.#heard(JSON.parse(message) as Message);
    });
  }

  /** A page that is empty, with everything reported that happens in it. */
  static async open(): Promise<Browser> {
    const browser = new Browser();
    const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = sessionId as string;
    for (const domain of ["Page", "Runtime", "Log", "Network"])
      await browser.send(`${domain}.enable`);
    return browser;
  }

  send(method: string, params: Parameters = {}): Promise<Parameters> {
    const id = ++this.#next;
    const to = this.#child.stdio[3] as Writable;
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error === undefined
          ? resolve(result ?? {})
          : reject(new Error(`${method}: ${error.message}`)),
      );
      to.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    });
  }

  async show(url: string): Promise<void> {
    this.events.length = 0;
    await this.send("Page.navigate", { url });
    while (!this.events.some(({ method }) => method === "Page.loadEventFired")) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** @param expression whose value is plain data */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value?: unknown }).value;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #heard(message: Message): void {
    if (message.id === undefined) this.events.push(message);
    else this.#waiting.get(message.id)?.(message);
  }
}
