-- Every change is told once, in order, on numbered channels.
--
-- Statement triggers note which rows a transaction touched (live.touched). When it commits, one deferred trigger compares
-- who had been told of those rows (live.told) with who may know them now, writes one envelope per channel and event to
-- the log (live.changes), and hands the same envelope to Realtime. The log is the truth: a client that sees a number
-- missing reads it from there.

create table live.channels (
  name text primary key,
  -- Part of the topic. Raised when somebody loses the channel, so that their open socket hears nothing more. It starts at
  -- a time, so that a database made anew never continues an old topic.
  epoch bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint,
  seq bigint not null default 0
);
comment on table live.channels is 'One row a channel. topic = name:epoch; seq is the number of the last message.';

create table live.changes (
  channel text not null references live.channels (name) on delete cascade,
  seq bigint not null,
  at timestamptz not null default now(),
  envelope jsonb not null,
  primary key (channel, seq)
);
comment on table live.changes is 'Every message of every channel, by number. Kept for 72 hours.';
create index changes_at_idx on live.changes (at);

create table live.told (
  entity text not null,
  id uuid not null,
  channel text not null,
  -- What is counted on a dashboard; null where nothing is.
  state text,
  primary key (entity, id, channel)
);
comment on table live.told is 'Which rows each channel knows now. The difference to what it may know is what it is told next.';

create table live.counts (
  channel text not null references live.channels (name) on delete cascade,
  entity text not null,
  state text not null,
  n bigint not null,
  primary key (channel, entity, state)
);
comment on table live.counts is 'How many rows of an entity are in a state, per channel. Always equal to counting them.';

create table live.memberships (
  person uuid not null,
  channel text not null,
  -- The channel's number when the person had gained it: what was told before was not for them.
  since bigint,
  primary key (person, channel)
);
comment on table live.memberships is 'Which channels each person may join. The difference to private.channels_of is what they gained and lost.';

create table live.failures (
  at timestamptz not null default now(),
  channel text not null,
  seq bigint not null,
  error text not null
);
comment on table live.failures is 'Messages that Realtime refused. The change committed and is in the log; only the hint was lost.';

-- Rows live here from a statement to the end of its transaction, and nobody else ever sees them.
create unlogged table live.touched (
  id bigint generated always as identity primary key,
  entity text not null,
  ids uuid[] not null,
  -- Only what a startup or the pool sees of it has changed: a name behind a projection, not the row itself.
  portal_only boolean not null default false
);
comment on table live.touched is 'What the running transactions touched. Empty outside of them.';

alter table live.channels enable row level security;
alter table live.changes enable row level security;
alter table live.told enable row level security;
alter table live.counts enable row level security;
alter table live.memberships enable row level security;
alter table live.failures enable row level security;
alter table live.touched enable row level security;

insert into live.channels (name)
select 'region:' || r from unnest(enum_range(null::public.region)) as r
union all select unnest(array['network', 'ops', 'pool', 'presence:admins']);
