import { createApp } from './app.ts';
import { createServices } from './services.ts';
import { readEnv } from './env.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void } | undefined;

const services = createServices(readEnv(Deno.env.toObject()));
const app = createApp({
  ...services,
  // The platform ends a function once it has answered, unless it is told what still runs.
  defer: (work) => {
    if (typeof EdgeRuntime !== 'undefined') EdgeRuntime.waitUntil(work);
  },
});

Deno.serve(app.fetch);
