import { z } from 'zod';
import type { Clock } from './clock.ts';
import { ALL_RIGHTS, PERMISSION_LEVELS, SCOPES, type TokenRights } from './token-rights.ts';

const DEFAULT_RECORD_LIMIT = 100;

const whichCalls = {
  count: z.int().min(1),
  /** Only calls whose path contains this. */
  path: z.string().optional(),
};
const failureSchema = z.union([
  z.strictObject({
    ...whichCalls,
    status: z.int().min(400).max(599),
    body: z.unknown().optional(),
    retryAfter: z.int().optional(),
  }),
  z.strictObject({
    ...whichCalls,
    /**
     * `hang` never answers, until the client gives up or the faults are reset; `reset` cuts the connection before
     * anything was done. The others carry the call out: `truncate` sends half of the answer, `lose answer` none.
     */
    how: z.enum(['hang', 'reset', 'truncate', 'lose answer']),
  }),
  z.strictObject({
    ...whichCalls,
    /** Carries the call out at once, and answers later: what was read is old by then. */
    how: z.literal('late'),
    delayMs: z.int().min(1),
  }),
]);

export const faultsSchema = z.strictObject({
  /** The next `count` API calls fail. */
  failNext: failureSchema.optional(),
  /** All that the token may do; left out is everything. */
  scopes: z.array(z.enum(SCOPES)).optional(),
  /** What the token's owner is in the base; only a creator may make and change webhooks. */
  permissionLevel: z.enum(PERMISSION_LEVELS).optional(),
  pings: z
    .strictObject({
      /** How many of the next pings get lost though they count as sent. */
      drop: z.int().min(0).optional(),
      /** Waits before each ping, until set to 0. */
      delayMs: z.int().min(0).optional(),
      /** Sends each ping this many times more, until set to 0. */
      repeat: z.int().min(0).max(20).optional(),
      /** Holds the next ping back until the one after it was sent. */
      reorder: z.boolean().optional(),
    })
    .optional(),
  /** Records in one payload before a transaction is split. */
  payloadRecordLimit: z.int().min(1).optional(),
});
export type FaultSettings = z.infer<typeof faultsSchema>;
type PlannedFailure = z.infer<typeof failureSchema>;

/** How one call fails: by an answer of its own, or by what happens to the connection. */
export type Failure =
  | { how: 'answer'; status: number; body: unknown; retryAfter?: number }
  | { how: 'hang' | 'reset' | 'truncate' | 'lose answer' }
  | { how: 'late'; after: Promise<void> };

type Deliver = () => Promise<string | undefined>;

/** What goes wrong on purpose. */
export class Faults {
  readonly #clock: Clock;
  #failures: PlannedFailure[] = [];
  #hanging = Promise.withResolvers<void>();
  #pings = { drop: 0, delayMs: 0, repeat: 0, reorder: false };
  #held: (() => void) | undefined;
  payloadRecordLimit = DEFAULT_RECORD_LIMIT;
  rights: TokenRights = ALL_RIGHTS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds to what is set; what is not named stays. */
  set(settings: FaultSettings): void {
    if (settings.failNext) this.#failures.push({ ...settings.failNext });
    for (const [name, value] of Object.entries(settings.pings ?? {}))
      Object.assign(this.#pings, { [name]: value });
    if (settings.payloadRecordLimit !== undefined) this.payloadRecordLimit = settings.payloadRecordLimit;
    if (settings.scopes) this.rights = { ...this.rights, scopes: settings.scopes };
    if (settings.permissionLevel) this.rights = { ...this.rights, permissionLevel: settings.permissionLevel };
  }

  reset(): void {
    this.#failures = [];
    this.#pings = { drop: 0, delayMs: 0, repeat: 0, reorder: false };
    this.payloadRecordLimit = DEFAULT_RECORD_LIMIT;
    this.rights = ALL_RIGHTS;
    this.#release();
    this.#hanging.resolve();
    this.#hanging = Promise.withResolvers();
  }

  /** Resolves when calls that hang are to end, at the next reset. */
  get hangingEnds(): Promise<void> {
    return this.#hanging.promise;
  }

  /** The failure that this call was chosen for, if any. */
  failureFor(path: string): Failure | undefined {
    const failure = this.#failures.find((candidate) => path.includes(candidate.path ?? ''));
    if (!failure) return undefined;
    failure.count -= 1;
    this.#failures = this.#failures.filter((candidate) => candidate.count > 0);
    if ('delayMs' in failure) {
      const { delayMs } = failure;
      return { how: 'late', after: new Promise((resolve) => this.#clock.schedule(resolve, delayMs)) };
    }
    if ('how' in failure) return { how: failure.how };
    return {
      how: 'answer',
      status: failure.status,
      body: failure.body ?? defaultBody(failure.status),
      ...(failure.retryAfter === undefined ? {} : { retryAfter: failure.retryAfter }),
    };
  }

  /** Sends a ping through the faults that are set; the result is that of the last try. */
  async deliver(post: Deliver): Promise<string | undefined> {
    if (this.#pings.drop > 0) {
      this.#pings.drop -= 1;
      return undefined;
    }
    if (this.#pings.reorder) {
      this.#pings.reorder = false;
      void new Promise<void>((resolve) => (this.#held = resolve)).then(post);
      return undefined;
    }
    if (this.#pings.delayMs > 0)
      await new Promise<void>((resolve) => this.#clock.schedule(resolve, this.#pings.delayMs));
    let error = await post();
    for (let extra = 0; extra < this.#pings.repeat; extra++) error = await post();
    this.#release();
    return error;
  }

  get state(): unknown {
    return {
      failNext: this.#failures,
      pings: this.#pings,
      payloadRecordLimit: this.payloadRecordLimit,
      ...this.rights,
    };
  }

  #release(): void {
    this.#held?.();
    this.#held = undefined;
  }
}

function defaultBody(status: number): unknown {
  if (status === 429) return rateLimitBody();
  if (status === 503)
    return { error: { type: 'SERVICE_UNAVAILABLE', message: 'The service is temporarily unavailable.' } };
  if (status >= 500)
    return {
      error: { type: 'SERVER_ERROR', message: 'Try again. If the problem persists, contact support.' },
    };
  return { error: { type: 'INVALID_REQUEST_UNKNOWN', message: 'Invalid request' } };
}

/** Seen in the wild in the plural, unlike every other error. */
export function rateLimitBody(): unknown {
  return {
    errors: [
      {
        error: 'RATE_LIMIT_REACHED',
        message: 'Rate limit exceeded. Please try again later',
      },
    ],
  };
}
