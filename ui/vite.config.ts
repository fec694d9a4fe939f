import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const backend = process.env.SAMBUNG_URL ?? 'http://127.0.0.1:8790';

/**
 * The window freezes `Object.prototype`, and there a plain assignment to `exports.toString` throws: the page would stay
 * empty. Defining the property is what that assignment means.
 */
const cronstrueUnderAFrozenPrototype: Plugin = {
  name: 'cronstrue-under-a-frozen-prototype',
  transform(code, id) {
    if (!id.includes('/node_modules/cronstrue/')) return null;
    return code.replace(
      /^exports\.toString = (.+);$/gm,
      "Object.defineProperty(exports, 'toString', { value: $1, configurable: true, writable: true });",
    );
  },
};

export default defineConfig({
  plugins: [tailwindcss(), svelte(), cronstrueUnderAFrozenPrototype],
  // `tauri dev` shows the same frozen window; what is bundled ahead does not pass the plugins above.
  optimizeDeps: { rolldownOptions: { plugins: [cronstrueUnderAFrozenPrototype] } },
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
