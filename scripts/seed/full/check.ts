/** One thing that a seeded project has to have. */
export interface Check {
  what: string;
  expected: string;
  found: string;
  ok: boolean;
}

/** The checks as a table to print. */
export function checkTable(checks: readonly Check[]): string {
  const rows = [
    ['', 'what', 'expected', 'found'],
    ...checks.map(({ what, expected, found, ok }) => [ok ? 'ok' : 'FAILED', what, expected, found]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
