import type { QueryClient } from '@tanstack/svelte-query';
import { refusalOf } from '../actions/refusal.ts';
import type { Db } from '../supabase/schema.ts';
import type { Toasts } from '../toasts.svelte.ts';
import { DEFAULT_RULE, filterOf, type Rule, ruleOf } from './notification-rules.ts';
import { ruleQueries } from './rule-queries.ts';

export interface RulesOptions {
  queries: QueryClient;
  db: () => Db;
  toasts: Toasts;
  userId: string;
}

/** Writes what a person wishes: shown at once, taken back with the reason when it is refused. */
export class RulesState {
  #options: RulesOptions;
  /** One after the other: of two clicks on one switch the second must not arrive first. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: RulesOptions) {
    this.#options = options;
  }

  change(event: string, changes: Partial<Omit<Rule, 'event'>>): Promise<void> {
    const { queries } = this.#options;
    const { queryKey } = ruleQueries.mine();
    const rules = queries.getQueryData(queryKey) ?? [];
    const rule: Rule = { ...ruleOf(rules, event), ...changes };
    queries.setQueryData(queryKey, [...rules.filter((other) => other.event !== event), rule]);
    this.#queue = this.#queue.then(() => this.#write(rule));
    return this.#queue;
  }

  /** Only these values of a filter pass; null: any. */
  narrow(event: string, name: 'urgencies' | 'regions', values: readonly string[] | null): Promise<void> {
    const rules = this.#options.queries.getQueryData(ruleQueries.mine().queryKey);
    const rule = ruleOf(rules, event);
    const others = (['urgencies', 'regions'] as const).filter((other) => other !== name);
    const kept = others.map((other) => [other, filterOf(rule, other)] as const);
    const filter = Object.fromEntries(
      [...kept, [name, values] as const].filter(([, chosen]) => chosen !== null),
    );
    return this.change(event, { filter: filter as Rule['filter'] });
  }

  async #write(rule: Rule): Promise<void> {
    const { db, userId, queries, toasts } = this.#options;
    const { error } = await db()
      .from('notification_rules')
      .upsert({ user_id: userId, ...DEFAULT_RULE, ...rule }, { onConflict: 'user_id,event' });
    if (!error) return;
    toasts.refuse(`Not kept. ${refusalOf(error).text}`);
    await queries.invalidateQueries({ queryKey: ruleQueries.mine().queryKey });
  }
}
