/** Each worker has a stack of its own; the process that only collects the stories looks at the first. */
const stacks = JSON.parse(process.env.STACKS ?? '[]') as Record<string, string>[];
const own = stacks[Number(process.env.TEST_PARALLEL_INDEX ?? 0)];

/** How many stories may run at the same time. */
export const stackCount = (): number => stacks.length;

/** A variable of the stack under test; says how to get one when it is missing. */
export function stackEnv(name: string): string {
  const value = own?.[name];
  if (!value) throw new Error(`${name} is not set. Run the stories with: npm run test:e2e`);
  return value;
}
