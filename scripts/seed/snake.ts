/** The database's name of one of Airtable's choices: `Pending review` is `pending_review`. */
export function snake(choice: string): string {
  return choice.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}
