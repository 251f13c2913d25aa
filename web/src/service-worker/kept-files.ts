/** The built files and the frame of the pages: the same for everybody. Nothing of a person is ever put here. */
const PREFIX = 'civstart-files-';
const SHELL = '/offline';

/** Puts all files of a version aside; fails as a whole when one is missing, and is tried again later. */
export async function keepVersion(version: string, files: readonly string[], scope: URL): Promise<void> {
  const cache = await caches.open(PREFIX + version);
  await cache.addAll(files);
  // Without the visitor's cookies: the frame is nobody's.
  const shell = await fetch(new URL(SHELL, scope), { credentials: 'omit', cache: 'reload' });
  if (!shell.ok || shell.redirected) throw new Error(`The frame of the pages answers ${shell.status}.`);
  await cache.put(SHELL, shell);
}

/** Keeps the version before the current one as well: pages that are open still load its files. */
export async function letGoOfOld(version: string): Promise<void> {
  const versions = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const others = versions.filter((name) => name !== PREFIX + version);
  for (const name of others.slice(0, -1)) await caches.delete(name);
}

/** A built file never changes under its name. */
export async function keptAsset(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The frame with its policy and all, in which the page fills itself. */
export async function keptShell(): Promise<Response> {
  const versions = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  for (const name of versions.reverse()) {
    const shell = await (await caches.open(name)).match(SHELL);
    if (shell) return shell;
  }
  return Response.error();
}
