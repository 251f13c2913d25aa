import { createRequire } from 'node:module';

/** The Deno program that npm installed. Its own launcher would stand between us and the signals we send. */
export function denoPath(): string {
  try {
    const installer = createRequire(import.meta.url)('deno/install_api.cjs') as { runInstall: () => string };
    return installer.runInstall();
  } catch (cause) {
    throw new Error(
      `No Deno for ${process.platform}-${process.arch}. Run npm ci without --omit=optional or --omit=dev.`,
      { cause },
    );
  }
}
