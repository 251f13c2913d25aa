import { z } from 'zod';
import { RequestError } from './errors.ts';

/** What Airtable posts: that something has changed, not what. */
export const Ping = z.object({
  base: z.object({ id: z.string().max(100) }),
  webhook: z.object({
    id: z
      .string()
      .max(100)
      .regex(/^[!-~]+$/),
  }),
});

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}[A-Za-z0-9]{1,30}$`), `begins with ${prefix}`);

/** What an automation posts: ids only. Cells are read anew, whatever the script has seen. */
export const AutomationRequest = z.object({
  baseId: id('app'),
  tableId: id('tbl'),
  recordIds: z.array(id('rec')).min(1).max(1000),
});

export const PushRequest = z.object({
  /** Answer at once and go on afterwards. */
  background: z.boolean().default(false),
});

export const DrainRequest = PushRequest.extend({
  /** Cron's: webhooks that nothing is known of and that were read a little while ago are left alone. */
  sparing: z.boolean().default(false),
});

export const BackfillRequest = z.object({
  /** Left out: every base that is connected. */
  baseId: id('app').optional(),
});

export const ReconcileRequest = z.object({
  /** Left out: every base that is connected. */
  baseId: id('app').optional(),
  /** Nothing is compared: what an earlier run found is read again and applied; all of it, or the differences named. */
  repair: z.object({ runId: z.uuid(), ids: z.array(z.int().min(1)).min(1).max(1000).optional() }).optional(),
});

export const DryRunRequest = z.object({ letterId: z.int().min(1) });

export interface AutomationAnswer {
  accepted: number;
}

export interface BackfillAnswer {
  runId: string;
  runs: { baseId: string; runId: string }[];
}

export type ReconcileAnswer = BackfillAnswer | AutomationAnswer;

export interface ErrorAnswer {
  error: { code: string; message: string };
}

/** A body as JSON of the given form. An empty one counts as `{}` where the form allows that. Throws `RequestError`. */
export function parseBody<T>(shape: z.ZodType<T>, body: Uint8Array): T {
  const parsed = shape.safeParse(body.length === 0 ? {} : parseJson(body));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`));
  throw new RequestError('MALFORMED_BODY', `The body is not what this route takes: ${problems.join('; ')}`);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
