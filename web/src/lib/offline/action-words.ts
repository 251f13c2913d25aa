import { ENTITIES } from '../entities/entities.ts';
import type { EntityKey, Field } from '../entities/entity.ts';
import type { QueuedAction } from './queued-action.ts';
import { editOf } from './rebase.ts';

const fieldOf = (entity: string, key: string): Field | undefined =>
  ENTITIES[entity as EntityKey]?.fields.find((field) => field.key === key);

/** "Pain points" of `pain_points`. */
export const fieldLabel = (entity: string, key: string): string =>
  fieldOf(entity, key)?.label ?? key.replaceAll('_', ' ');

/** A value as people read it; a link as what it names. */
export function valueWords(action: QueuedAction, key: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  const field = fieldOf(action.entity, key);
  const linked = field?.embed ? action.fields[field.embed] : undefined;
  if (typeof linked === 'object' && linked !== null && (linked as { id?: unknown }).id === value) {
    const { name, full_name, title } = linked as Record<string, unknown>;
    return [name, full_name, title].find((word) => typeof word === 'string') ?? 'another record';
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const choice = field?.choices?.find((one) => one.value === text)?.label;
  return choice ?? `“${text}”`;
}

/** What the action does: "Approved", "Title: “Dark bus stops”". */
export function actionWords(action: QueuedAction): string {
  const edit = editOf(action);
  if (!edit) return action.past.charAt(0).toUpperCase() + action.past.slice(1);
  return Object.entries(edit.changes)
    .map(([key, value]) => `${fieldLabel(action.entity, key)}: ${valueWords(action, key, value)}`)
    .join(', ');
}

/** Where it stands. */
export function stateWords({ state, attempts, refusal }: QueuedAction): string {
  if (state === 'parked') return refusal?.text ?? 'Put aside.';
  if (state === 'sending') return 'Being sent';
  return attempts
    ? `No answer yet, tried ${attempts === 1 ? 'once' : `${attempts} times`}`
    : 'Waits to be sent';
}

/** The one text of an action that its maker can write anew. */
export interface EditableText {
  label: string;
  value: string;
  /** The arguments and what the row shows, with another text. */
  with: (text: string) => { args: Record<string, unknown>; fields: Record<string, unknown> };
}

/** Null where there is none: what was chosen is discarded and chosen anew. */
export function textOfAction(action: QueuedAction): EditableText | null {
  const { args } = action.call;
  const edit = editOf(action);
  if (!edit) {
    if (typeof args.reason !== 'string') return null;
    const shown = ['rejection_reason', 'decline_reason'].filter((key) => key in action.fields);
    return {
      label: 'Reason',
      value: args.reason,
      with: (text) => ({
        args: { ...args, reason: text },
        fields: Object.fromEntries(shown.map((key) => [key, text])),
      }),
    };
  }
  const [[key, value] = ['', null], ...others] = Object.entries(edit.changes);
  const field = fieldOf(action.entity, key);
  const isText = field && ['text', 'longtext', 'email', 'url', 'tel', 'phone'].includes(field.kind);
  if (others.length || !isText) return null;
  return {
    label: field.label,
    value: typeof value === 'string' ? value : '',
    with: (text) => {
      const changes = { [key]: text.trim() || null };
      return { args: { ...args, changes }, fields: changes };
    },
  };
}
