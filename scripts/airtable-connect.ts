/**
 * `npm run airtable:connect`: binds a base's fields to columns and makes its webhook. Reads AIRTABLE_API_KEY,
 * AIRTABLE_BASE_ID, DATABASE_URL and FUNCTIONS_URL, and AIRTABLE_API_URL where it is not the service. Safe to repeat.
 */
import { z } from 'zod';
import { connectAirtable } from './airtable/connect-airtable.ts';

const Environment = z.object({
  AIRTABLE_API_KEY: z.string().min(1),
  AIRTABLE_BASE_ID: z.string().startsWith('app'),
  AIRTABLE_API_URL: z.url().default('https://api.airtable.com'),
  DATABASE_URL: z.string().startsWith('postgres'),
  FUNCTIONS_URL: z.url(),
});

try {
  const parsed = Environment.safeParse(process.env);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
    throw new Error(`Set ${names.join(', ')} first: .env.example says what they are.`);
  }
  const env = parsed.data;
  const connected = await connectAirtable({
    apiUrl: env.AIRTABLE_API_URL,
    apiKey: env.AIRTABLE_API_KEY,
    baseId: env.AIRTABLE_BASE_ID,
    databaseUrl: env.DATABASE_URL,
    notificationUrl: `${env.FUNCTIONS_URL}/airtable/webhook`,
  });
  console.log(`${connected.boundFields} fields are bound.`);
  console.log(
    connected.created
      ? `The webhook ${connected.webhookId} is made: every change from now on arrives.`
      : `The webhook ${connected.webhookId} was there and goes on.`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
