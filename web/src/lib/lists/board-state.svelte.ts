import { createQueries, keepPreviousData } from '@tanstack/svelte-query';
import { browser } from '$app/env';
import {
  answerRequest,
  type ConnectionStatus,
  isRequest,
  mayFollow,
  moveConnection,
} from '../actions/connection-actions.ts';
import { useActions } from '../actions/actions.svelte.ts';
import type { EntityRow } from '../entities/entity.ts';
import { listQueries } from '../queries/list-queries.ts';
import { boardChoices, COLUMN_SIZE, columnView, dealCards, keepSame } from './board-columns.ts';
import type { ListState } from './list-state.svelte.ts';

/** The board of a list: its columns, and the card that is on its way. To be made where a component is. */
export class BoardState {
  /** The card that is dragged. */
  dragged = $state.raw<EntityRow | null>(null);
  #list: ListState;
  #actions = useActions();
  #rows;
  #counts;
  /** What was shown when a card was taken up: nothing moves while it is carried. */
  #still: Map<string, EntityRow[]> | null = null;

  constructor(list: ListState) {
    this.#list = list;
    this.#rows = createQueries(() => ({
      queries: this.choices.map(({ value }) => ({
        ...listQueries.top(list.list, columnView(list.list, list.view, value), COLUMN_SIZE),
        placeholderData: keepPreviousData,
      })),
    }));
    this.#counts = createQueries(() => ({
      queries: this.choices.map(({ value }, column) => ({
        ...listQueries.count(list.list, columnView(list.list, list.view, value)),
        placeholderData: keepPreviousData,
        enabled: browser && (this.#rows[column]?.data?.length ?? 0) >= COLUMN_SIZE,
      })),
    }));
  }

  readonly choices = $derived.by(() => boardChoices(this.#list.list, this.#list.view));

  #before: ReadonlyMap<string, EntityRow[]> | undefined;
  readonly #dealt = $derived.by(() => {
    const { entity, board = '' } = this.#list.list;
    const dealt = dealCards(
      entity,
      board,
      this.choices,
      this.#rows.map(({ data }) => data),
    );
    // A column that is what it was is not drawn again for what came to another.
    return (this.#before = keepSame(this.#before, dealt));
  });

  /** The cards of each column; while a card is carried, as they were. */
  get cards(): Map<string, EntityRow[]> {
    return (this.dragged && this.#still) || this.#dealt;
  }

  /** True until the column's first answer. */
  isLoading(column: number): boolean {
    return this.#rows[column]?.isPending ?? true;
  }

  get error(): Error | null {
    return this.#rows.find(({ isError, data }) => isError && !data)?.error ?? null;
  }

  refetch(): void {
    for (const query of this.#rows) void query.refetch();
  }

  count(column: number): number {
    const shown = this.cards.get(this.choices[column]?.value ?? '')?.length ?? 0;
    const isFull = (this.#rows[column]?.data?.length ?? 0) >= COLUMN_SIZE;
    return isFull ? Math.max(shown, this.#counts[column]?.data ?? shown) : shown;
  }

  may(row: EntityRow): boolean {
    return this.#actions.may(row);
  }

  /** May this card be put there? */
  fits(row: EntityRow, value: string): boolean {
    // The startup wants to read why: the record asks for it.
    if (isRequest(row) && value === 'declined') return false;
    return this.may(row) && mayFollow(row[this.#list.list.board ?? ''], value);
  }

  take(row: EntityRow): void {
    this.#still = this.#dealt;
    this.dragged = row;
  }

  drop(value: string | null): void {
    const row = this.dragged;
    this.dragged = null;
    this.#still = null;
    if (row && value !== null && this.fits(row, value)) this.move(row, value);
  }

  move(row: EntityRow, value: string): void {
    const accepted = isRequest(row) && value === 'introduced';
    void this.#actions.run(
      accepted ? answerRequest(row, 'introduced') : moveConnection(row, value as ConnectionStatus),
    );
  }
}
