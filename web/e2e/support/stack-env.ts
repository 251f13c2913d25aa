/** A variable of the stack under test; says how to get one when it is missing. */
export function stackEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Run the stories with: npm run test:e2e`);
  return value;
}
