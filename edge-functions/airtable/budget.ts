/** How long a run may take, and what is left of that. */
export interface Budget {
  readonly leftMs: number;
  readonly isOver: boolean;
}

/** Well within what the platform allows a function after its answer. */
export const BUDGET_MS = 50_000;

export function createBudget(milliseconds = BUDGET_MS): Budget {
  const end = performance.now() + milliseconds;
  return {
    get leftMs() {
      return end - performance.now();
    },
    get isOver() {
      return performance.now() >= end;
    },
  };
}
