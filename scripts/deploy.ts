/**
 * `npm run deploy`: puts everything but the web app onto a hosted Supabase project: migrations, secrets, the function,
 * its schedule, Airtable's webhook. Safe to repeat. `--dry-run` says what it would do. Settings: .env.example.
 */
import { parseArgs } from 'node:util';
import { deploySteps } from './deploy/deploy-steps.ts';
import { readDeployEnv } from './deploy/read-deploy-env.ts';

try {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  const dryRun = values['dry-run'];
  const steps = deploySteps(readDeployEnv(process.env));
  for (const [index, step] of steps.entries()) {
    console.log(`${index + 1}/${steps.length} ${step.title}\n    ${step.command}`);
    if (!dryRun) await step.run();
  }
  console.log(
    dryRun
      ? 'Nothing was done: this was a dry run.'
      : 'Deployed. The web app is deployed on its own: web/README.md.',
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
