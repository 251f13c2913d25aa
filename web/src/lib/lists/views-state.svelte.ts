import { createQuery, useQueryClient } from '@tanstack/svelte-query';
import { useToasts } from '../toasts.svelte.ts';
import { deleteView, type SavedView, savedViewQueries, saveView } from '../queries/saved-views.ts';
import type { ListState } from './list-state.svelte.ts';
import { understood, writeView } from './view.ts';

/** The views that the reader keeps of a list. To be made where a component is. */
export class ViewsState {
  #list: ListState;
  #userId: string;
  #queries = useQueryClient();
  #toasts = useToasts();
  #views;

  constructor(list: ListState, userId: string) {
    this.#list = list;
    this.#userId = userId;
    this.#views = createQuery(() => savedViewQueries.of(list.list));
  }

  get all(): readonly SavedView[] | undefined {
    return this.#views.data;
  }

  /** What the list shows, as it would be kept. */
  readonly query = $derived.by(() => writeView(this.#list.list, this.#list.view));

  /** The kept view that the list shows: as far as there still is what it asks for. */
  readonly current = $derived.by(() =>
    this.all?.find(({ query }) => understood(this.#list.list, query) === this.query),
  );

  save(name: string): Promise<void> {
    const { query } = this;
    return this.#change(
      `The view ‘${name}’ was not kept`,
      () => saveView(this.#userId, this.#list.list.id, name, query),
      (views) => [...views.filter((view) => view.name !== name), { id: name, name, query }],
    );
  }

  remove({ id, name }: SavedView): Promise<void> {
    return this.#change(
      `The view ‘${name}’ was not removed`,
      () => deleteView(id),
      (views) => views.filter((view) => view.id !== id),
    );
  }

  /** Shown at once; taken back with the reason when it is refused. */
  async #change(
    failure: string,
    write: () => Promise<void>,
    show: (views: SavedView[]) => SavedView[],
  ): Promise<void> {
    const { queryKey } = savedViewQueries.of(this.#list.list);
    const before = this.#queries.getQueryData(queryKey) ?? [];
    this.#queries.setQueryData(queryKey, show(before));
    try {
      await write();
    } catch (error) {
      this.#queries.setQueryData(queryKey, before);
      const reason = error instanceof Error ? error.message : String(error);
      this.#toasts.refuse(`${failure}: ${reason}`);
      return;
    }
    await this.#queries.invalidateQueries({ queryKey });
  }
}
