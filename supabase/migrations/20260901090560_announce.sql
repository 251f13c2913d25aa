-- What the mirror itself has to say on the live channels.

-- For a transaction of its own: it holds the channel's number to its end, and rows that are told in the same transaction
-- need the numbers in name order.
create function airtable.announce(on_channel text, event text, record jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  channel live.channels;
  envelope jsonb;
begin
  update live.channels c set seq = c.seq + 1 where c.name = on_channel returning c.* into channel;
  if channel.name is null then
    return;
  end if;
  envelope := jsonb_build_object('seq', channel.seq, 'event', event, 'at', clock_timestamp(), 'source', 'system',
    'ids', '[]'::jsonb, 'truncated', false, 'records', jsonb_build_array(record));
  insert into live.changes (channel, seq, envelope) values (channel.name, channel.seq, envelope);
  perform live.send(channel.name, channel.epoch, channel.seq, event, envelope);
end
$$;
comment on function airtable.announce(text, text, jsonb) is 'Writes one numbered message without rows to a channel, and sends it.';
