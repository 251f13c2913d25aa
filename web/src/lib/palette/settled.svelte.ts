/** A value once it has rested: what is typed, not every letter of it. */
export class Settled<T> {
  value = $state.raw() as T;

  constructor(read: () => T, restMs: number) {
    this.value = read();
    $effect(() => {
      const latest = read();
      if (latest === this.value) return;
      const timer = setTimeout(() => {
        this.value = latest;
      }, restMs);
      return () => clearTimeout(timer);
    });
  }
}
