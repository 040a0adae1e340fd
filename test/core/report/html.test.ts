import { describe, expect, it } from "vitest";
import { html, Html } from "../../../core/report/html.ts";

describe("html", () => {
  it("escapes what is no piece of HTML, and leaves out what is nothing", () => {
    const evil = `<a href="x" title='y'>&</a>`;
    expect(html`<p title="${evil}">${evil}${undefined}${false}${3}</p>`.text).toBe(
      `<p title="&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;">&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;3</p>`,
    );
    expect(html`${[new Html("<b>"), "<"]}`.text).toBe("<b>&lt;");
  });
});
