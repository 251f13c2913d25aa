/**
 * Runs `work` at once, then at most every `intervalMs`, and once more after the last call: a stream of
 * calls shows progress, and its end is never lost.
 */
export function throttle(work: () => void, intervalMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;

  const tick = () => {
    timer = undefined;
    if (again) run();
  };
  const run = () => {
    again = false;
    timer = setTimeout(tick, intervalMs);
    work();
  };
  const call = () => {
    if (timer === undefined) run();
    else again = true;
  };
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
    again = false;
  };
  return { call, cancel };
}
