import { expect, test } from 'vitest';
import { eachBounded } from './each-bounded.ts';

test('ten things, three at a time → never more, each once, begun in order', async () => {
  let now = 0;
  let most = 0;
  const begun: number[] = [];
  await eachBounded([...Array(10).keys()], 3, async (item) => {
    begun.push(item);
    most = Math.max(most, ++now);
    await Promise.resolve();
    now -= 1;
  });
  expect(begun).toEqual([...Array(10).keys()]);
  expect(most).toBe(3);
});
