import { grants, TABLES } from './catalog.ts';

const FUNCTIONS = `pg_proc f join pg_namespace n on n.oid = f.pronamespace and n.nspname = any ($1)`;

/** Things that the snapshot has no words for: it must not pass over them in silence. */
export const UNKNOWN = `
  select n.nspname as of, format('%s (relkind %s)', c.oid::regclass, c.relkind) as text from ${TABLES}
  where c.relkind not in ('r', 'v', 'i', 'S', 'c')
    or c.relkind = 'S' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'i')
  union all
  select n.nspname, format('%s (typtype %s)', t.oid::regtype, t.typtype)
  from pg_type t join pg_namespace n on n.oid = t.typnamespace and n.nspname = any ($1)
  where t.typtype not in ('e', 'b', 'c')
  order by 1, 2`;

export const SCHEMAS = `
  select n.nspname as of, format('comment on schema %I is %L;', n.nspname, obj_description(n.oid, 'pg_namespace')) as text
  from pg_namespace n where n.nspname = any ($1) and obj_description(n.oid, 'pg_namespace') is not null`;

export const SCHEMA_GRANTS = grants(`
  select n.nspname as of, 'schema ' || quote_ident(n.nspname) as thing, n.nspowner as owner, n.nspacl as acl
  from pg_namespace n where n.nspname = any ($1)`);

export const TYPES = `
  select n.nspname as of, format('create type %s as enum (%s);', t.oid::regtype,
    (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)) as text
  from pg_type t join pg_namespace n on n.oid = t.typnamespace and n.nspname = any ($1)
  where t.typtype = 'e'
  union all
  select n.nspname, format('create type %s as (%s);', t.oid::regtype,
    (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
     from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped))
  from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
  join pg_namespace n on n.oid = t.typnamespace and n.nspname = any ($1)
  order by 1, 2`;

export const FUNCTION_NAMES = `
  select n.nspname as of, f.oid::regprocedure::text as text from ${FUNCTIONS}
  order by f.proname, pg_get_function_identity_arguments(f.oid)`;

export const FUNCTION_BODIES = `
  select f.oid::regprocedure::text as of, rtrim(pg_get_functiondef(f.oid), e'\n') || ';' as text, 1 as place from ${FUNCTIONS}
  union all
  select f.oid::regprocedure::text, format('comment on function %s is %L;', f.oid::regprocedure, obj_description(f.oid, 'pg_proc')), 2
  from ${FUNCTIONS} where obj_description(f.oid, 'pg_proc') is not null order by of, place`;

/** A function without a list of grants is everybody's. */
export const FUNCTION_GRANTS = grants(`
  select f.oid::regprocedure::text as of, 'function ' || f.oid::regprocedure::text as thing, f.proowner as owner,
    coalesce(f.proacl, acldefault('f', f.proowner)) as acl
  from ${FUNCTIONS}`);

/** What a thing that `postgres` makes from now on starts with. Without a line, what Postgres itself gives. */
export const DEFAULT_GRANTS = `
  select coalesce(n.nspname, 'any schema') as of, format('-- a new %s in %s: %s',
    case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'function' else d.defaclobjtype::text end,
    coalesce(n.nspname, 'any schema'),
    (select string_agg(a::text, ', ' order by a::text) from unnest(d.defaclacl) as a)) as text
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  where d.defaclrole = 'postgres'::regrole and (n.nspname = any ($1) or n.nspname is null) order by 1, 2`;
