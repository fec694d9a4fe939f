import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  vitePlugin: {
    dynamicCompileOptions({ filename }) {
      // Libraries choose their own mode; ours is runes everywhere.
      return filename.includes('node_modules') ? { runes: undefined } : undefined;
    },
  },
};
