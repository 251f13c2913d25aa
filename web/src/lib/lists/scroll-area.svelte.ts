import type { Attachment } from 'svelte/attachments';
import type { Density } from '../settings/density.ts';
import { scrollToRow } from './row-window.ts';

/** Widths from which rows are lines; as Tailwind's `md`. */
const LINES_FROM = '(min-width: 48rem)';
/** What a screen is taken to hold before it is measured, as on the server. */
const FIRST_PAINT_PX = 1080;

const ROW_PX = { compact: 36, comfortable: 44 };
const CARD_PX = 96;
const HEADER_PX = 36;

/** Where a list is scrolled to, and how its rows are laid out. */
export class ScrollArea {
  top = $state(0);
  height = $state(FIRST_PAINT_PX);
  /** Something has gone under the leading column. */
  sideways = $state(false);
  layout = $state.raw<'lines' | 'cards' | 'both'>('both');
  #element: HTMLElement | null = null;
  #density: () => Density;

  /** @param density how close the reader likes lines to stand */
  constructor(density: () => Density) {
    this.#density = density;
  }

  /** Height of a line, where rows are lines. */
  get lineHeight(): number {
    return ROW_PX[this.#density()];
  }

  get rowHeight(): number {
    return this.layout === 'cards' ? CARD_PX : this.lineHeight;
  }

  get header(): number {
    return this.layout === 'cards' ? 0 : HEADER_PX;
  }

  readonly attach: Attachment<HTMLElement> = (element) => {
    this.#element = element;
    const lines = matchMedia(LINES_FROM);
    const choose = () => {
      this.layout = lines.matches ? 'lines' : 'cards';
    };
    const scrolled = () => {
      this.top = element.scrollTop;
      this.sideways = element.scrollLeft > 0;
    };
    const resized = new ResizeObserver(() => {
      this.height = element.clientHeight;
    });
    choose();
    lines.addEventListener('change', choose);
    element.addEventListener('scroll', scrolled, { passive: true });
    resized.observe(element);
    return () => {
      lines.removeEventListener('change', choose);
      element.removeEventListener('scroll', scrolled);
      resized.disconnect();
      this.#element = null;
    };
  };

  toTop(): void {
    this.#element?.scrollTo({ top: 0 });
    this.top = 0;
  }

  /** Brings a row into sight. */
  toRow(index: number): void {
    const { rowHeight, header, height } = this;
    const top = scrollToRow(index, { top: this.top, height, rowHeight, header });
    if (top === null || !this.#element) return;
    this.#element.scrollTop = top;
    this.top = this.#element.scrollTop;
  }

  /** Moves the keyboard's focus to a row's link, without scrolling. */
  focusRow(index: number): void {
    this.#element
      ?.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"] a`)
      ?.focus({ preventScroll: true });
  }
}
