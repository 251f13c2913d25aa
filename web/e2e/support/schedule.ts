import { stackEnv } from './stack-env.ts';

/** What the schedule does every other minute, brought forward: a look at the base's webhooks and their log. */
export async function lookNow(): Promise<void> {
  const response = await fetch(`${stackEnv('FUNCTIONS_URL')}/airtable/drain`, {
    method: 'POST',
    headers: { 'x-sync-secret': stackEnv('SYNC_SECRET') },
  });
  if (!response.ok) throw new Error(`The function: ${response.status} ${await response.text()}`);
}
