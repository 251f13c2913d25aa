-- Fourth step: credits are no longer reset each month but granted and spent, so the column says when they changed last.

alter table public.startups rename column last_credit_reset to last_credit_change;
