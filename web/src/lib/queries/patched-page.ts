import type { Entity, EntityRow } from '../entities/entity.ts';
import type { View } from '../lists/list.ts';
import { matches } from '../lists/matches.ts';
import { compareRows, isOrderKnown } from '../lists/order.ts';
import { mergeRow } from './merge-row.ts';
import { changedFields, type Patch, type Touched } from './row-patch.ts';

/** One page of a view: which rows it holds, and how many it takes. */
export interface PageAsked {
  entity: Entity;
  /** All conditions, and the order. */
  view: View;
  /** From 0. */
  page: number;
  size: number;
}

/** Where a row stands, seen from this page; `nowhere` is outside of the view. */
type Place = 'before' | 'here' | 'after' | 'nowhere' | 'unknown';

/** A page that takes in changed rows one by one, and notes what it cannot know. */
export class PatchedPage {
  #before: EntityRow[];
  #rows: EntityRow[];
  #asked: PageAsked;
  #compare: (a: EntityRow, b: EntityRow) => number;
  #orderKnown: boolean;
  /** There may be pages after this one. */
  #full: boolean;
  #touched: Touched[] = [];
  #refetch = false;

  constructor(rows: EntityRow[], asked: PageAsked) {
    this.#before = rows;
    this.#rows = rows;
    this.#asked = asked;
    this.#compare = compareRows(asked.entity, asked.view.sort);
    this.#orderKnown = isOrderKnown(asked.entity, asked.view.sort);
    this.#full = rows.length >= asked.size;
  }

  /** @param was the row before; undefined where nobody here knows */
  take(record: EntityRow, was: EntityRow | 'nowhere' | undefined): void {
    const old = this.#rows.find(({ id }) => id === record.id);
    const known = old ?? (was === 'nowhere' ? undefined : was);
    const { row, complete } = mergeRow(this.#asked.entity, known, record, this.#rows);
    const to = this.#fits(row) ? this.#sideOf(row) : 'nowhere';
    if (old) this.#change(old, row, to);
    else this.#pass(this.#cameFrom(was), to, row);
    if (!complete && this.#rows.includes(row)) this.#refetch = true;
  }

  patch(): Patch<EntityRow[]> {
    const before = this.#before;
    const same =
      this.#rows.length === before.length && this.#rows.every((row, index) => row === before[index]);
    return { data: same ? before : this.#rows, touched: this.#touched, refetch: this.#refetch };
  }

  #change(old: EntityRow, row: EntityRow, to: Place): void {
    const fields = changedFields(old, row);
    const others = this.#rows.filter((other) => other !== old);
    // The reader's own change is on the page before the message of it, and may have left it out of place.
    const moves = fields.includes(this.#asked.view.sort.field) || this.#isMisplaced(old);
    if (!fields.length && !moves && to !== 'nowhere') return;
    if (fields.length) this.#touched.push({ id: row.id, fields });
    const last = !this.#full;
    if (to === 'nowhere' && last) this.#rows = others;
    else if (to === 'here' && moves && this.#orderKnown) {
      this.#rows = others;
      this.#insert(row);
    } else {
      this.#rows = this.#rows.map((other) => (other === old ? row : other));
      if (moves || to === 'nowhere') this.#refetch = true;
    }
  }

  #isMisplaced(row: EntityRow): boolean {
    if (!this.#orderKnown) return false;
    const index = this.#rows.indexOf(row);
    const [above, below] = [this.#rows[index - 1], this.#rows[index + 1]];
    return Boolean((above && this.#compare(above, row) > 0) || (below && this.#compare(row, below) > 0));
  }

  /** A row that was not on this page. */
  #pass(from: Place, to: Place, row: EntityRow): void {
    const passedBy = from === to && from !== 'unknown';
    const startsHere = this.#asked.page === 0;
    if (passedBy) return;
    if (to === 'here') {
      const pushes = from === 'after' || from === 'nowhere' || startsHere;
      if (pushes && this.#orderKnown) this.#insert(row);
      else this.#refetch = true;
      return;
    }
    // Pages move by one when a row crosses them; nothing stands before the first.
    const crosses = from === 'before' || to === 'before' || from === 'unknown';
    if (to === 'unknown' || (crosses && !startsHere)) this.#refetch = true;
  }

  #cameFrom(was: EntityRow | 'nowhere' | undefined): Place {
    if (was === 'nowhere') return 'nowhere';
    if (was) return this.#fits(was) ? this.#sideOf(was) : 'nowhere';
    // Not here, and nowhere else: it is new to this reader, as one that came from another region.
    return this.#asked.page === 0 && !this.#full ? 'nowhere' : 'unknown';
  }

  #sideOf(row: EntityRow): Place {
    const first = this.#rows[0];
    const last = this.#rows.at(-1);
    const { page } = this.#asked;
    if (!first || !last) return page === 0 ? 'here' : 'unknown';
    if (page > 0 && this.#compare(row, first) < 0) return 'before';
    return this.#full && this.#compare(row, last) > 0 ? 'after' : 'here';
  }

  #insert(row: EntityRow): void {
    const place = this.#rows.findIndex((other) => this.#compare(row, other) < 0);
    const at = place < 0 ? this.#rows.length : place;
    this.#rows = this.#rows.toSpliced(at, 0, row).slice(0, this.#asked.size);
    this.#full ||= this.#rows.length >= this.#asked.size;
  }

  #fits(row: EntityRow): boolean {
    return matches(this.#asked.entity, this.#asked.view, row);
  }
}
