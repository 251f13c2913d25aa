import { html } from 'hono/html';
import type { SimulatedBase } from '../simulated-base.ts';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%233867d6'/%3E%3Cpath d='M3.5 5.5h9M3.5 8h9M3.5 10.5h9M6.5 5.5v5' stroke='white' stroke-width='1.2'/%3E%3C/svg%3E";

/** The shell of the page: everything but the rows. */
export function gridPage(base: SimulatedBase) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Airtable simulator: CivStart base</title>
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="/_grid/style.css" />
        <script type="module" src="/_grid/main.ts"></script>
      </head>
      <body>
        <header class="top">
          <h1>CivStart base</h1>
          <p class="tag">Airtable simulator</p>
          <p class="hint">Every edit here is told to webhooks, like a person’s edit in Airtable.</p>
          <p class="link-state" id="link-state" role="status">
            <span class="dot"></span><span>Connecting</span>
          </p>
          <button class="quiet" id="theme" type="button" aria-label="Switch between light and dark">◐</button>
        </header>
        <nav aria-label="Tables">
          <div class="tabs" role="tablist" aria-label="Tables">
            ${base.tables.map(
              (table) =>
                html`<button
                  role="tab"
                  type="button"
                  id="tab-${table.id}"
                  data-table="${table.name}"
                  aria-selected="false"
                  aria-controls="grid"
                  tabindex="-1"
                >
                  ${table.name} <span class="count">${base.records(table.id).length}</span>
                </button>`,
            )}
          </div>
        </nav>
        <main>
          <div class="tools">
            <label class="search">
              <span class="sr-only">Search this table</span>
              <input id="search" type="search" placeholder="Search" autocomplete="off" spellcheck="false" />
              <kbd aria-hidden="true">/</kbd>
            </label>
            <p id="row-count" role="status"></p>
            <span class="space"></span>
            <button type="button" id="delete-record" data-testid="delete-record" disabled>
              Delete record
            </button>
            <button type="button" id="new-record" data-testid="new-record" class="primary">New record</button>
          </div>
          <div id="grid" class="grid" role="grid" aria-label="Records" tabindex="-1"></div>
          <div id="toast" class="toast" role="alert" hidden></div>
        </main>
      </body>
    </html>`;
}
