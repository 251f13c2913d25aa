import type { Database } from './database.ts';
import { stackEnv } from './stack-env.ts';

/** Longer than a story. */
const HELD_SECONDS = 120;

/** What is to be sent to Airtable waits, as if another process were at it. */
export class HeldPush implements AsyncDisposable {
  #database: Database;
  #baseId = stackEnv('AIRTABLE_BASE_ID');

  private constructor(database: Database) {
    this.#database = database;
  }

  static async of(database: Database): Promise<HeldPush> {
    const held = new HeldPush(database);
    // One that is under way ends first.
    for (let taken = false; !taken;) {
      const [row] = await database.rows<{ taken: boolean }>(
        'select airtable.take_reader($1, gen_random_uuid(), $2) as taken',
        [`push ${held.#baseId}`, HELD_SECONDS],
      );
      taken = row?.taken ?? false;
    }
    return held;
  }

  /** Lets it be sent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.rows('delete from airtable.readers where base_id = $1', [`push ${this.#baseId}`]);
    await this.#database.rows('select airtable.call_push($1)', [this.#baseId]);
  }
}
