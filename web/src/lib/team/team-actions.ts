import type { QueryClient } from '@tanstack/svelte-query';
import { refusalOf } from '../actions/refusal.ts';
import { peopleQueries } from '../records/people.ts';
import type { Db } from '../supabase/schema.ts';
import type { Toasts } from '../toasts.svelte.ts';
import { nameOf, type Person, type Rights } from './person.ts';
import { teamQueries } from './team-queries.ts';

interface Startup {
  id: string;
  name: string | null;
}

/** What owners do with people. Each answers why it was refused, or null; what was done can be undone. */
export class TeamActions {
  #db: () => Db;
  #queries: QueryClient;
  #toasts: Toasts;
  #changed: () => void;

  /** @param options.changed tells colleagues that the team is not what it was */
  constructor(options: { db: () => Db; queries: QueryClient; toasts: Toasts; changed: () => void }) {
    const { db, queries, toasts, changed } = options;
    this.#changed = changed;
    this.#db = db;
    this.#queries = queries;
    this.#toasts = toasts;
  }

  async setRights(person: Person, rights: Rights): Promise<string | null> {
    const refused = await this.#call(() => this.#setPerson(person.user_id, rights));
    if (refused) return refused;
    const done = person.role ? `${rights.name} has new rights` : `${rights.name} is on the team`;
    this.#toasts.done(done, () => void this.#undo(() => this.#restore(person)));
    return null;
  }

  async removeRights(person: Person): Promise<string | null> {
    const refused = await this.#call(() => this.#removePerson(person.user_id));
    if (refused) return refused;
    this.#toasts.done(
      `${nameOf(person)} is no longer on the team`,
      () => void this.#undo(() => this.#restore(person)),
    );
    return null;
  }

  async addToStartup(person: Person, startup: Startup): Promise<string | null> {
    const refused = await this.#call(() => this.#setMember(person.user_id, startup.id));
    if (refused) return refused;
    this.#toasts.done(
      `${nameOf(person)} belongs to ${startup.name ?? 'the startup'}`,
      () => void this.#undo(() => this.#removeMember(person.user_id, startup.id)),
    );
    return null;
  }

  async removeFromStartup(person: Person, startup: Startup): Promise<string | null> {
    const refused = await this.#call(() => this.#removeMember(person.user_id, startup.id));
    if (refused) return refused;
    this.#toasts.done(
      `${nameOf(person)} no longer belongs to ${startup.name ?? 'the startup'}`,
      () => void this.#undo(() => this.#setMember(person.user_id, startup.id)),
    );
    return null;
  }

  #restore({ user_id, display_name, role, regions }: Person) {
    return role && display_name
      ? this.#setPerson(user_id, { name: display_name, role, regions })
      : this.#removePerson(user_id);
  }

  #setPerson(user_id: string, { name, role, regions }: Rights) {
    return this.#db().rpc('set_person', { user_id, display_name: name.trim(), role, regions });
  }

  #removePerson(user_id: string) {
    return this.#db().rpc('remove_person', { user_id });
  }

  #setMember(user_id: string, startup: string) {
    return this.#db().rpc('set_startup_member', { user_id, startup });
  }

  #removeMember(user_id: string, startup: string) {
    return this.#db().rpc('remove_startup_member', { user_id, startup });
  }

  async #undo(call: () => PromiseLike<{ error: unknown }>): Promise<void> {
    const refused = await this.#call(call);
    if (refused) this.#toasts.refuse(`This could not be undone. ${refused}`);
  }

  async #call(call: () => PromiseLike<{ error: unknown }>): Promise<string | null> {
    const { error } = await call();
    if (!error) this.#changed();
    void this.#queries.invalidateQueries({ queryKey: teamQueries.all() });
    void this.#queries.invalidateQueries({ queryKey: peopleQueries.names().queryKey });
    return error ? refusalOf(error).text : null;
  }
}
