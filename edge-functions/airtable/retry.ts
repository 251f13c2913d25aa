export interface RetryOptions {
  attempts: number;
  firstWaitMs: number;
  retries: (error: unknown) => boolean;
  sleep?: (milliseconds: number) => Promise<void>;
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Doubles the wait from try to try, and takes a random part of it, so that those who failed together do not return together. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const wait = options.sleep ?? sleep;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= options.attempts || !options.retries(error)) throw error;
      await wait(options.firstWaitMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
}
