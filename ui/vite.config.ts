import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

const backend = process.env.SAMBUNG_URL ?? 'http://127.0.0.1:8790';

export default defineConfig({
  plugins: [tailwindcss(), svelte()],
  resolve: { alias: { $: new URL('./src', import.meta.url).pathname } },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/api': backend, '/healthz': backend },
  },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // The content policy is `default-src 'self'`: an asset inlined as a data: URL would be blocked.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
