import fc from 'fast-check';
import type { Registry } from './registry.ts';

/** What people do in the portal and in the admin, by the calls that the pages make. */
const OF_MEMBERS = {
  request_signal: `request_signal(signal, startup)`,
  accept_assignment: `accept_assignment(assignment)`,
  decline_assignment: `decline_assignment(assignment, 'No time')`,
};
const CALLS = {
  ...OF_MEMBERS,
  accept_request: `accept_request(request)`,
  decline_request: `decline_request(request, 'Too early')`,
  assign_signal: `assign_signal(signal, startup)`,
  unassign_signal: `unassign_signal(assignment)`,
  approve_signal: `approve_signal(signal)`,
  publish_signal: `publish_signal(signal)`,
  unpublish_signal: `unpublish_signal(signal)`,
  grant_credits: `grant_credits(startup, 5, 'A test')`,
};
type Call = keyof typeof CALLS;

export interface Action {
  do: 'act';
  who: number;
  /** By somebody who has the role for it, while there is one: otherwise nearly all calls would be refused. */
  fits: boolean;
  call: Call;
  signal: number;
  startup: number;
}

export const actionsOf = (who: fc.Arbitrary<number>): fc.Arbitrary<Action> =>
  fc.record({
    do: fc.constant('act' as const),
    who,
    fits: fc.constantFrom(true, true, true, false),
    call: fc.constantFrom(...(Object.keys(CALLS) as Call[])),
    signal: fc.nat(1),
    startup: fc.nat(1),
  });

/**
 * The SQL of a call by one person: with their rights and nobody else's, and undone where it is refused. Assignments and
 * requests are those of the signal and the startup, as others may have made them by then.
 */
export function statementOfAction({ who, fits, call, signal, startup }: Action, registry: Registry): string {
  const [ofSignal, ofStartup] = [registry.pick('signals', signal), registry.pick('startups', startup)];
  if (ofSignal === undefined || ofStartup === undefined) return '';
  const fitting =
    call in OF_MEMBERS
      ? `select m.user_id from public.startup_members m where m.startup_id = startup`
      : `select a.user_id from public.admins a order by a.role limit 1`;
  return `do $do$
    declare
      signal uuid := '${ofSignal}';
      startup uuid := '${ofStartup}';
      assignment uuid := (select a.id from public.signal_assignments a
        where a.signal_id = signal and a.startup_id = startup order by a.id limit 1);
      request uuid := (select k.id from public.connections k
        where k.signal_id = signal and k.startup_id = startup and k.requested_at is not null order by k.id limit 1);
      person uuid := coalesce(${fits ? `(select min(f.user_id::text) from (${fitting}) as f)::uuid` : 'null'}, '${registry.people[who]}');
    begin
      perform set_config('request.jwt.claims', jsonb_build_object('sub', person, 'role', 'authenticated')::text, true),
        set_config('role', 'authenticated', true);
      perform public.${CALLS[call]};
      perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('live.source', '', true);
    exception when insufficient_privilege or no_data_found or raise_exception then
      null;
    end $do$`;
}
