const ASKED = 'x-sveltekit-invalidated';

/**
 * Answers a page that asks the server for its data and does not reach it: every part that was asked for is
 * `{ away: true }`, from which the page knows to take what this browser keeps.
 */
export function away(url: URL): Response {
  const asked = url.searchParams.get(ASKED) ?? '';
  const nodes = [...asked].map((wanted) =>
    wanted === '1' ? { type: 'data', data: [{ away: 1 }, true], uses: {} } : { type: 'skip' },
  );
  return new Response(`${JSON.stringify({ type: 'data', nodes })}\n`, {
    headers: { 'content-type': 'text/sveltekit-data', 'cache-control': 'no-store' },
  });
}
