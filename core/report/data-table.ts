// A table of a report, with a caption and headings that screen readers announce with each cell.
import { html, type Html } from "./html.ts";

export interface TableColumn {
  readonly title: string;
  /** What it says, as a tooltip and for the list of explanations. */
  readonly meaning?: string;
  readonly isNumber?: boolean;
}

export interface DataTable {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  /** Numbers may take two lines: they are many columns. */
  readonly isWrapped?: boolean;
  /** The first cell of each is its heading. */
  readonly rows: readonly (readonly string[])[];
}

export function tableHtml({ caption, columns, rows, isWrapped = false }: DataTable): Html {
  const kind = (column: number): string => (columns[column]?.isNumber === true ? "number" : "text");
  return html`<div
    class="scroll${isWrapped && " wrapped"}"
    role="region"
    aria-label="${caption}"
    tabindex="0"
  >
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(
            ({ title }, index) => html`<th scope="col" class="${kind(index)}">${title}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = "", ...cells]) =>
            html` <tr>
              <th scope="row">${first}</th>
              ${cells.map((cell, index) => html`<td class="${kind(index + 1)}">${unbroken(cell)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div> `;
}

/** A number stays with its unit. */
const unbroken = (text: string): string =>
  text.replaceAll(/(?<=\d) (?=[%x]|ms|s\b|MiB)/g, "\u00a0");
