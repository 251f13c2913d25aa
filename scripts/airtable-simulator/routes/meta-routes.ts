import { Hono } from 'hono';
import type { Field } from '../schema.ts';
import type { SimulatedBase } from '../simulated-base.ts';
import { forbidden } from '../airtable-error.ts';
import type { TokenRights } from '../token-rights.ts';

/** `/v0/meta/…`: who asks, which bases, and the schema of one. */
export function metaRoutes(base: SimulatedBase, baseId: string, rights: () => TokenRights): Hono {
  const app = new Hono({ strict: false });

  app.get('/whoami', (c) => c.json({ id: 'usrCivStartApiUser', scopes: rights().scopes }));

  app.get('/bases', (c) =>
    c.json({ bases: [{ id: baseId, name: 'CivStart base', permissionLevel: rights().permissionLevel }] }),
  );

  app.get('/bases/:base/tables', (c) => {
    if (c.req.param('base') !== baseId) throw forbidden();
    const tables = base.tables.map((table) => ({
      id: table.id,
      name: table.name,
      primaryFieldId: table.primaryFieldId,
      fields: table.fields.map(describe),
      views: [{ id: table.viewId, name: 'Grid view', type: 'grid' }],
    }));
    return c.json({ tables });
  });

  return app;
}

function describe(field: Field): unknown {
  const { id, name, type } = field;
  const options = fieldOptions(field);
  return options ? { id, name, type, options } : { id, name, type };
}

function fieldOptions(field: Field): unknown {
  if (field.choices) return { choices: field.choices };
  if (field.link) {
    return {
      linkedTableId: field.link.tableId,
      isReversed: field.link.isReversed,
      prefersSingleRecordLink: !field.link.isReversed,
      inverseLinkFieldId: field.link.inverseFieldId,
    };
  }
  switch (field.type) {
    case 'number':
      return { precision: 0 };
    case 'checkbox':
      return { icon: 'check', color: 'greenBright' };
    case 'dateTime':
      return {
        dateFormat: { name: 'iso', format: 'YYYY-MM-DD' },
        timeFormat: { name: '24hour', format: 'HH:mm' },
        timeZone: 'utc',
      };
    default:
      return undefined;
  }
}
