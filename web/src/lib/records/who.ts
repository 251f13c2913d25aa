import type { ChangeSource } from '../../../../supabase/types/realtime.ts';

interface Deed {
  source: ChangeSource;
  actor: string | null;
}

const SOURCES: Record<ChangeSource, string> = {
  airtable: 'Somebody in Airtable',
  automation: 'An Airtable automation',
  admin: 'A colleague',
  portal: 'A startup',
  system: 'The system',
};

/** Who did it: "You", a name where the reader may know it, or from where it came. */
export function whoDid({ source, actor }: Deed, names: Readonly<Record<string, string>>, me: string): string {
  if (actor === me) return 'You';
  return (actor && names[actor]) || SOURCES[source];
}
