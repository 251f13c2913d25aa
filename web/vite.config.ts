import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { staticIcons } from './static-icons.ts';

export default defineConfig({
  plugins: [
    tailwindcss(),
    sveltekit({
      // The local stack names a folder a build, so that a server that runs keeps its files.
      adapter: adapter({ out: process.env.WEB_BUILD_DIR ?? 'build' }),
      compilerOptions: { runes: true },
      preprocess: [staticIcons],
      // The frame that the service worker keeps opens at every address.
      paths: { relative: false },
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          // Popovers are placed with style attributes; a style attribute cannot run code.
          'style-src-attr': ['unsafe-inline'],
          'img-src': ['self', 'data:'],
          'font-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
  resolve: {
    alias: {
      '@supabase/storage-js': fileURLToPath(new URL('src/lib/supabase/no-storage.ts', import.meta.url)),
    },
  },
  server: { port: 5173 },
});
