/**
 * In place of the Supabase client's part for files, which it brings along whether or not there are any: here are none,
 * and every visitor would load it.
 */
export class StorageClient {
  from(): never {
    throw new Error('There are no files here: the page is built without Supabase Storage.');
  }
}

export class StorageApiError extends Error {}
