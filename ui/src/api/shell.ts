/**
 * The program around the window (src-tauri/src/desktop): what a browser cannot do. A command that it
 * refuses becomes a `Problem`, as an answer of the API does, so that no screen has two error paths.
 */
import { invoke, isTauri } from '@tauri-apps/api/core';

import { Problem } from './problem';

export const inWindow = isTauri();

function isRefusal(value: unknown): value is { code: string; message: string } {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

export async function shell<T>(command: string, request: Record<string, unknown> | Uint8Array): Promise<T> {
  try {
    return await invoke<T>(command, request);
  } catch (error) {
    if (isRefusal(error)) throw new Problem({ title: error.message, status: 0, code: error.code });
    throw error;
  }
}
