import { defineConfig } from '@playwright/test';

import { browser } from './browser';

export default defineConfig({
  testDir: '.',
  testMatch: 'pictures.ts',
  workers: 1,
  timeout: 240_000,
  reporter: [['list']],
  use: browser,
});
