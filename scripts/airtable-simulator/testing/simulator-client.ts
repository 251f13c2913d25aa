import type { AirtableSimulator } from '../airtable-simulator.ts';
import type { Payload } from '../webhooks/payload.ts';

export const API_KEY = 'patSimulator.test';
export const BASE_ID = 'appCivStartSimBase';

export const EVERYTHING = {
  options: { filters: { dataTypes: ['tableData', 'tableFields', 'tableMetadata'] } },
};

export interface Answer {
  status: number;
  text: string;
  json: unknown;
}

/** Calls the simulator as a program with the token would; for tests. */
export async function call(
  simulator: AirtableSimulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${simulator.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}

interface CreatedWebhook {
  id: string;
  macSecretBase64: string;
  expirationTime: string;
}

export async function createWebhook(
  simulator: AirtableSimulator,
  notificationUrl?: string,
  specification: unknown = EVERYTHING,
): Promise<CreatedWebhook> {
  const answer = await call(simulator, 'POST', webhooksPath(), { notificationUrl, specification });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json as CreatedWebhook;
}

export interface PayloadPage {
  payloads: Payload[];
  cursor: number;
  mightHaveMore: boolean;
}

export async function readPayloads(
  simulator: AirtableSimulator,
  id: string,
  query = '',
): Promise<PayloadPage> {
  const answer = await call(simulator, 'GET', `${webhooksPath(id)}/payloads${query}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json as PayloadPage;
}

export function webhooksPath(id?: string): string {
  return `/v0/bases/${BASE_ID}/webhooks${id === undefined ? '' : `/${id}`}`;
}
