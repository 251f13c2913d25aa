const ANSWERED = /Airtable answered (\d{3})(?: ([A-Z_]+))?/g;

/** What Airtable's answers mean, and what to do. The code stays, for who looks it up. */
const MEANINGS: Record<string, string> = {
  '401': 'Airtable does not know the token any more. Make a new one, and set it',
  '403':
    'Airtable says that the token may not do this. Give it all its scopes, and let its owner be a creator of the base',
  '404': 'Airtable has no such thing, or none for this token. Look whether the token may see the base',
  '422': 'Airtable does not take it as it is',
  '429': 'Airtable asked for a pause. It goes on by itself',
};

/** A reason in which Airtable's answers stand by their codes, in words. */
export const airtableWords = (reason: string): string =>
  reason.replace(ANSWERED, (_, status: string, type: string | undefined) => {
    const meaning =
      MEANINGS[status] ??
      (status >= '500' ? 'Airtable has trouble of its own, and may be well again in a moment' : null);
    return meaning
      ? `${meaning} (${type ?? status}).`
      : `Airtable answered ${status}${type ? ` ${type}` : ''}`;
  });
