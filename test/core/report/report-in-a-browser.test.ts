// The report in a real browser: it opens alone, says everything in words, too, and is readable in light, in dark, on paper.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportPage } from "../../../core/report/report-page.ts";
import { requireTool } from "../../require-tool.ts";
import { Browser } from "./browser.ts";
import { sampleReport } from "./sample-report.ts";

const hasChromium = requireTool({
  name: "Chromium",
  command: ["chromium", "--version"],
  debianPackage: "chromium",
});

describe.skipIf(!hasChromium)("a report in Chromium", { timeout: 60_000 }, () => {
  let directory: string;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "extravirt-report-"));
    const file = join(directory, "report.html");
    writeFileSync(file, await reportPage(await sampleReport()));
    url = pathToFileURL(file).href;
    browser = await Browser.open();
    await browser.send("Emulation.setDeviceMetricsOverride", {
      width: 1200,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await browser.show(url);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true });
  });

  it("opens without an error, and asks the network for nothing", () => {
    const of = (...methods: string[]) =>
      browser.events.filter(({ method }) => methods.includes(method ?? ""));
    expect(of("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")).toEqual([]);
    const requests = of("Network.requestWillBeSent").map(
      ({ params }) => (params as unknown as { request: { url: string } }).request.url,
    );
    expect(requests).toEqual([url]);
  });

  it("has every chart, with a name, a description, and its numbers as a table", async () => {
    const { nodes } = (await browser.send("Accessibility.getFullAXTree")) as unknown as {
      nodes: {
        role?: { value: string };
        name?: { value: string };
        description?: { value: string };
      }[];
    };
    const images = nodes.filter(({ role }) => role?.value === "image" || role?.value === "img");
    const figures = await browser.evaluate("document.querySelectorAll('figure svg').length");
    expect(figures).toBe(14);
    // Those of closed details are not in the tree.
    expect(images.length).toBeGreaterThanOrEqual(8);
    for (const { name, description } of images) {
      expect(name?.value).toMatch(/^[A-Z]\w+/);
      expect(description?.value.length).toBeGreaterThan(40);
    }
    const unnamed =
      await browser.evaluate(`[...document.querySelectorAll("figure")].filter((figure) => {
      const svg = figure.querySelector("svg");
      const label = document.getElementById(svg.getAttribute("aria-labelledby"));
      return !label?.textContent || figure.querySelectorAll("details table tbody tr").length === 0;
    }).length`);
    expect(unnamed).toBe(0);
  });

  it("has landmarks, headings in order, captions, and no id twice", async () => {
    const seen = (await browser.evaluate(`({
      landmarks: ["header", "nav", "main"].map((name) => document.querySelectorAll(name).length),
      levels: [...document.querySelectorAll("h1, h2, h3")].map(({ tagName }) => Number(tagName[1])),
      bare: document.querySelectorAll("table:not(:has(> caption)), th:not([scope])").length,
      ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
      lang: document.documentElement.lang,
      broken: [...document.querySelectorAll("a[href^='#']")].filter((a) => !document.querySelector(a.getAttribute("href"))).length,
      references: [...document.querySelectorAll("[clip-path]")].filter((node) => {
        const id = /#([^)]+)/.exec(node.getAttribute("clip-path"))?.[1];
        return !document.getElementById(id);
      }).length,
    })`)) as { levels: number[]; ids: string[] };
    expect(seen).toMatchObject({
      landmarks: [1, 1, 1],
      bare: 0,
      lang: "en",
      broken: 0,
      references: 0,
    });
    expect(new Set(seen.ids).size).toBe(seen.ids.length);
    expect(seen.levels.filter((level) => level === 1)).toEqual([1]);
    for (const [index, level] of seen.levels.entries()) {
      expect(level - (seen.levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  it("shows what data says as text, whatever it looks like", async () => {
    expect(await browser.evaluate("document.title")).toBe("Comparison: sample & <made up>.yaml");
    expect(await browser.evaluate("document.querySelectorAll('with, evil, script').length")).toBe(
      0,
    );
    expect(await browser.evaluate("document.body.textContent.includes('<&evil>')")).toBe(true);
  });

  it("leads a keyboard to the content first", async () => {
    for (const type of ["rawKeyDown", "keyUp"]) {
      await browser.send("Input.dispatchKeyEvent", {
        type,
        key: "Tab",
        code: "Tab",
        windowsVirtualKeyCode: 9,
      });
    }
    expect(await browser.evaluate("document.activeElement.getAttribute('href')")).toBe("#content");
  });

  const CONTRASTS = `(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const luminance = (name) => {
      canvas.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = luminance("--paper");
    const ratio = (name) => {
      const own = luminance(name);
      return (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05);
    };
    const outcomes = ["masked", "recovered", "stopped", "silent-corruption", "crash", "hang", "recovered-wrong"];
    return {
      paper,
      text: ["--ink", "--muted", "--focus"].map(ratio),
      shapes: ["--accent", ...outcomes.map((name) => "--o-" + name)].map(ratio),
      shown: getComputedStyle(document.documentElement).backgroundColor,
    };
  })()`;

  it.each([
    ["screen", "light", true],
    ["screen", "dark", false],
    ["print", "dark", true],
  ])("is readable on %s in %s", async (media, scheme, isLight) => {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await browser.send("Emulation.setEmulatedMedia", { media, features });
    const seen = (await browser.evaluate(CONTRASTS)) as {
      paper: number;
      text: number[];
      shapes: number[];
      shown: string;
    };
    expect(seen.paper > 0.5).toBe(isLight);
    expect(seen.shown).toBe(isLight ? "rgb(255, 255, 255)" : "rgb(20, 24, 29)");
    // WCAG 2.2, 1.4.3 and 1.4.11.
    for (const ratio of seen.text) expect(ratio).toBeGreaterThanOrEqual(4.5);
    for (const ratio of seen.shapes) expect(ratio).toBeGreaterThanOrEqual(3);
  });

  it("fits a narrow window, and prints", async () => {
    await browser.send("Emulation.setEmulatedMedia", { media: "", features: [] });
    await browser.send("Emulation.setDeviceMetricsOverride", {
      width: 420,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    });
    expect(await browser.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(420);
    const { data } = await browser.send("Page.printToPDF");
    const pdf = Buffer.from(data as string, "base64");
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(50_000);
  });
});
