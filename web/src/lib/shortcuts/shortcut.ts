import type { LucideIcon } from '../icon.ts';
import type { KeyStroke } from './key-stroke.ts';

export interface ShortcutOptions {
  /** Heading on the sheet and in the palette. */
  group?: string;
  /** Asked before each use: what cannot be done now is passed over, and not offered. */
  when?: () => boolean;
  /** Also while the reader types into a field; for Escape and what is held with a modifier. */
  inInputs?: boolean;
  /** Again and again while the key is held; for moving. */
  repeat?: boolean;
  /** False: not offered in the palette. Moving about makes no sense there. */
  palette?: boolean;
  /** Other words that find it in the palette. */
  words?: string;
  /** In the palette. */
  icon?: LucideIcon;
}

export interface Shortcut extends Required<Omit<ShortcutOptions, 'icon'>> {
  id: number;
  /** As written: `mod+k`, `g s`. More than one: they do the same. */
  keys: readonly string[];
  strokes: readonly (readonly KeyStroke[])[];
  /** What it does, as an imperative: "Approve the signal". */
  label: string;
  icon?: LucideIcon;
  run: ShortcutHandler;
}

/** Returns false to let an older shortcut with the same keys have it. */
export type ShortcutHandler = () => boolean | undefined | void;

export const PAGE_GROUP = 'This page';
