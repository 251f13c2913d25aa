import { grants, TABLES } from './catalog.ts';

export const TABLE_NAMES = `
  select c.oid::regclass::text as of, format('create %stable %s',
    case c.relpersistence when 'u' then 'unlogged ' else '' end, c.oid::regclass) as text
  from ${TABLES} where c.relkind = 'r' order by n.nspname, c.relname`;

export const COLUMNS = `
  select c.oid::regclass::text as of, format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
    || case when a.attidentity <> '' then format(' generated %s as identity', case a.attidentity when 'a' then 'always' else 'by default' end)
      when a.attgenerated = 's' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid))
      when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end
    || case when a.attnotnull then ' not null' else '' end as text
  from ${TABLES} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relkind = 'r' order by c.oid::regclass::text, a.attnum`;

export const CONSTRAINTS = `
  select c.oid::regclass::text as of, format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid, true)) as text
  from ${TABLES} join pg_constraint k on k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f', 'x')
  order by c.oid::regclass::text, position(k.contype::text in 'pucxf'), k.conname`;

export const COMMENTS = `
  select c.oid::regclass::text as of, case d.objsubid
    when 0 then format('comment on %s %s is %L;', case c.relkind when 'v' then 'view' else 'table' end, c.oid::regclass, d.description)
    else format('comment on column %s.%I is %L;', c.oid::regclass, a.attname, d.description) end as text
  from ${TABLES} join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass
  left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
  where c.relkind in ('r', 'v') order by c.oid::regclass::text, d.objsubid`;

export const INDEXES = `
  select i.indrelid::regclass::text as of, pg_get_indexdef(i.indexrelid, 0, true) || ';' as text
  from ${TABLES} join pg_index i on i.indrelid = c.oid
  where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  order by 1, 2`;

/** Also those on tables of the platform that call ours. */
export const TRIGGERS = `
  select t.tgrelid::regclass::text as of, pg_get_triggerdef(t.oid, true) || ';'
    || case t.tgenabled when 'O' then '' else ' -- tgenabled ' || t.tgenabled::text end as text
  from pg_trigger t join pg_proc f on f.oid = t.tgfoid
  where not t.tgisinternal and f.pronamespace::regnamespace::text = any ($1) order by 1, t.tgname`;

export const ROW_SECURITY = `
  select c.oid::regclass::text as of, format('alter table %s %s row level security;', c.oid::regclass,
    case when c.relforcerowsecurity then 'force' when c.relrowsecurity then 'enable' else 'disable' end) as text
  from ${TABLES} where c.relkind = 'r'`;

/** Also those on realtime.messages. */
export const POLICIES = `
  select p.polrelid::regclass::text as of, format('create policy %I on %s%s for %s to %s%s%s;', p.polname, p.polrelid::regclass,
    case when p.polpermissive then '' else ' as restrictive' end,
    case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    (select string_agg(case when r.role = 0 then 'public' else r.role::regrole::text end, ', ') from unnest(p.polroles) as r(role)),
    e'\n  using (' || pg_get_expr(p.polqual, p.polrelid, true) || ')',
    e'\n  with check (' || pg_get_expr(p.polwithcheck, p.polrelid, true) || ')') as text
  from pg_policy p join pg_class c on c.oid = p.polrelid
  where c.relnamespace::regnamespace::text = any ($1) or c.relnamespace::regnamespace::text = 'realtime'
  order by 1, p.polname`;

export const TABLE_GRANTS = `${grants(`
  select c.oid::regclass::text as of, c.oid::regclass::text as thing, c.relowner as owner, c.relacl as acl
  from ${TABLES} where c.relkind in ('r', 'v')
  union all
  select c.oid::regclass::text, format('%s (%I)', c.oid::regclass, a.attname), c.relowner, a.attacl
  from ${TABLES} join pg_attribute a on a.attrelid = c.oid where c.relkind in ('r', 'v')`)}`;

export const VIEWS = `
  select c.oid::regclass::text as of, format(e'create view %s%s as\n%s', c.oid::regclass,
    ' with (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid, true)) as text
  from ${TABLES} where c.relkind = 'v' order by n.nspname, c.relname`;
