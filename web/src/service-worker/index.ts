import { version } from '$app/env';
import { assets, immutable } from '$app/manifest';
import { self } from '$app/service-worker';
import { away } from './away.ts';
import { keepVersion, keptAsset, keptShell, letGoOfOld } from './kept-files.ts';

const SCOPE = new URL(self.registration.scope);
// Other alphabets than the interface's own come from the network.
const WANTED = [...immutable, ...assets].filter(
  ({ path }) => !/\.woff2?$/.test(path) || /latin-wght/.test(path),
);
const FILES = new Set(WANTED.map(({ path }) => new URL(path, SCOPE).pathname));

self.addEventListener('install', (event) => {
  // While developing there is no build, and nothing to keep.
  const kept = immutable.length ? keepVersion(version, [...FILES], SCOPE) : Promise.resolve();
  // An open page of the version before goes on: its files are still kept.
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(letGoOfOld(version).then(() => self.clients.claim()));
});

self.addEventListener('message', ({ data }) => {
  if (data === 'serve me') void self.clients.claim();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // The database and everything else that is personal goes by without a look.
  if (request.method !== 'GET' || url.origin !== SCOPE.origin || !immutable.length) return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(() => keptShell()));
  } else if (url.pathname.endsWith('/__data.json')) {
    event.respondWith(fetch(request).catch(() => away(url)));
  } else if (FILES.has(url.pathname) || url.pathname.includes('/immutable/')) {
    event.respondWith(keptAsset(request));
  }
});
