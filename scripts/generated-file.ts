import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/**
 * Writes a file that is made from the migrations. With `check` it writes nothing, and fails the process with the command
 * to run when the file is not what they say. `path` is from the root of the repository.
 */
export function writeGeneratedFile(
  path: string,
  text: string,
  options: { command: string; check: boolean },
): void {
  const file = ROOT + path;
  if (!options.check) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`${path} written`);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is not what the migrations say. Run: ${options.command}`);
    process.exitCode = 1;
  }
}
