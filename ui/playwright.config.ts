import { defineConfig } from '@playwright/test';

import { browser } from './e2e/browser';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  // Each file gets an office of its own; inside a file the story goes on from test to test.
  fullyParallel: false,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: { ...browser, trace: 'retain-on-failure' },
});
