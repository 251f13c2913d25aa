-- Third step: one status. A workflow state beside a review outcome allowed an approved draft.

create type public.approval_status as enum ('draft', 'pending_review', 'approved', 'rejected', 'archived');

alter table public.signals add column approval_status public.approval_status not null default 'draft';
update public.signals set approval_status = case
  when workflow_state = 'archived' then 'archived'
  when workflow_state = 'reviewed' then coalesce(review_outcome, 'pending_review')
  when workflow_state = 'submitted' then 'pending_review'
  else 'draft'
end::public.approval_status;
alter table public.signals drop column workflow_state, drop column review_outcome;

-- The portal's pool: what every startup may see, newest first.
create index signals_pool_idx on public.signals (updated_at desc)
  where is_public and approval_status = 'approved' and deleted_at is null;
