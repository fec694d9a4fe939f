/**
 * Keys of the whole window. A key is given by a screen while it is shown and taken back when it
 * leaves; single letters are for typing when an input has the focus.
 */
import { onDestroy } from 'svelte';

import type { Key } from '../i18n/index.svelte';

export interface Shortcut {
  /** `Ctrl+K`, `F2`, `Alt+1`, `b`, or two keys one after the other: `g c`. */
  keys: string;
  label: Key;
  run: () => void;
  /** Works while an input has the focus (function keys and Ctrl keys always do). */
  hidden?: boolean;
}

const active = $state.raw<{ list: Shortcut[] }>({ list: [] });
let version = $state(0);

export function shortcuts(): readonly Shortcut[] {
  void version;
  return active.list;
}

/** Registers keys for as long as the calling component lives. */
export function useShortcuts(given: Shortcut[]): void {
  active.list.push(...given);
  version++;
  onDestroy(() => {
    active.list = active.list.filter((entry) => !given.includes(entry));
    version++;
  });
}

interface Pressed {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** The name of a pressed key as `Shortcut.keys` writes it. */
export function nameOf(event: Pressed): string {
  const key = event.key.length === 1 ? event.key : event.key[0]?.toUpperCase() + event.key.slice(1);
  const prefix = `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}`;
  return prefix ? prefix + key.toUpperCase() : key;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.role === 'spinbutton')
  );
}

const SEQUENCE_MS = 1200;
let first: { key: string; at: number } | null = null;

/** Finds what a key press means; later registrations (a screen's) win over earlier (the window's). */
export function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  const plain = name.length === 1;
  if (plain && isTyping(event.target)) return;
  // A dialog in front has the keyboard; only keys that it registered itself would make sense there.
  const inDialog = document.querySelector('[role="dialog"],[role="alertdialog"]') !== null;

  const sequence = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${name}` : null;
  first = null;
  const found =
    active.list.findLast((entry) => sequence !== null && entry.keys === sequence) ??
    active.list.findLast((entry) => entry.keys === name);
  if (found) {
    if (inDialog && plain) return;
    event.preventDefault();
    found.run();
  } else if (plain && active.list.some((entry) => entry.keys.startsWith(`${name} `))) {
    first = { key: name, at: event.timeStamp };
  }
}
