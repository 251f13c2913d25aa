import { expect, test } from 'vitest';
import { ENTITIES } from '../entities/entities.ts';
import type { EntityKey } from '../entities/entity.ts';
import { cardFields } from './card-fields.ts';

test.each<[EntityKey, string]>([
  [
    'signals',
    'title | signal_identifier organization_id | urgency approval_status region | airtable_edited_at',
  ],
  ['connections', 'startup_id | signal_id organization_id | connection_status region | airtable_edited_at'],
  ['startups', 'name | summary | sector stage | airtable_edited_at'],
  ['organizations', 'name | website | kind region | airtable_edited_at'],
  ['contacts', 'full_name | title organization_id | region | airtable_edited_at'],
  ['interactions', 'summary | startup_id contact_id | kind region | occurred_at'],
])('a card of %s → %s', (key, expected) => {
  const { head, below, chips, corner } = cardFields(ENTITIES[key]);
  const keys = (fields: readonly { key: string }[]) => fields.map((field) => field.key).join(' ');
  expect([head.key, keys(below), keys(chips), corner?.key].join(' | ')).toBe(expected);
});
