/** How each state of the domain looks: a tone and a shape; the word comes from the translations. */
import Ban from '@lucide/svelte/icons/ban';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import CircleX from '@lucide/svelte/icons/circle-x';
import Contrast from '@lucide/svelte/icons/contrast';
import Hourglass from '@lucide/svelte/icons/hourglass';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import Lock from '@lucide/svelte/icons/lock';
import LockOpen from '@lucide/svelte/icons/lock-open';
import Undo from '@lucide/svelte/icons/undo-2';
import type { Component } from 'svelte';

import type { Tone } from './tone';

export interface Look {
  tone: Tone;
  icon: Component<{ class?: string; 'aria-hidden'?: 'true' }>;
}

const unknown: Look = { tone: 'neutral', icon: CircleHelp };

const looks: Record<string, Record<string, Look>> = {
  customer: {
    pending: { tone: 'neutral', icon: CircleDashed },
    active: { tone: 'good', icon: CircleCheck },
    isolated: { tone: 'bad', icon: Lock },
    suspended: { tone: 'warn', icon: CirclePause },
    terminated: { tone: 'neutral', icon: CircleX },
  },
  invoice: {
    pending: { tone: 'neutral', icon: CircleDashed },
    partial: { tone: 'info', icon: Contrast },
    paid: { tone: 'good', icon: CircleCheck },
    overdue: { tone: 'bad', icon: CircleAlert },
    void: { tone: 'neutral', icon: Ban },
  },
  job: {
    queued: { tone: 'neutral', icon: Hourglass },
    running: { tone: 'info', icon: LoaderCircle },
    parked: { tone: 'warn', icon: CirclePause },
    done: { tone: 'good', icon: CircleCheck },
    dead: { tone: 'bad', icon: CircleAlert },
    cancelled: { tone: 'neutral', icon: Ban },
  },
  plan: {
    preview: { tone: 'info', icon: CircleDashed },
    waiting: { tone: 'warn', icon: Hourglass },
    approved: { tone: 'info', icon: CircleDot },
    applying: { tone: 'info', icon: LoaderCircle },
    applied: { tone: 'good', icon: CircleCheck },
    stopped: { tone: 'warn', icon: Ban },
    undoing: { tone: 'info', icon: LoaderCircle },
    undone: { tone: 'neutral', icon: Undo },
    dismissed: { tone: 'neutral', icon: Ban },
  },
  line: {
    planned: { tone: 'neutral', icon: CircleDashed },
    struck: { tone: 'neutral', icon: Ban },
    stopped: { tone: 'warn', icon: CirclePause },
    done: { tone: 'good', icon: CircleCheck },
    failed: { tone: 'bad', icon: CircleAlert },
    skipped: { tone: 'warn', icon: CircleDot },
    undone: { tone: 'neutral', icon: Undo },
    kept: { tone: 'warn', icon: CirclePause },
  },
  message: {
    queued: { tone: 'neutral', icon: Hourglass },
    sent: { tone: 'good', icon: CircleCheck },
    failed: { tone: 'bad', icon: CircleAlert },
    by_hand: { tone: 'info', icon: CircleDot },
    handed: { tone: 'info', icon: CircleDot },
    skipped: { tone: 'neutral', icon: Ban },
    withdrawn: { tone: 'neutral', icon: Undo },
  },
  backup: {
    making: { tone: 'info', icon: LoaderCircle },
    rehearsing: { tone: 'info', icon: LoaderCircle },
    passed: { tone: 'good', icon: CircleCheck },
    failed: { tone: 'bad', icon: CircleAlert },
  },
  access: {
    open: { tone: 'good', icon: LockOpen },
    closed: { tone: 'bad', icon: Lock },
    unknown: { tone: 'warn', icon: CircleHelp },
  },
  outcome: {
    done: { tone: 'good', icon: CircleCheck },
    ok: { tone: 'good', icon: CircleCheck },
    success: { tone: 'good', icon: CircleCheck },
    failed: { tone: 'bad', icon: CircleAlert },
    refused: { tone: 'warn', icon: Ban },
    waiting: { tone: 'warn', icon: Hourglass },
  },
};

export type StatusKind =
  'customer' | 'invoice' | 'job' | 'plan' | 'line' | 'message' | 'backup' | 'access' | 'outcome';

export function look(kind: StatusKind, value: string): Look {
  return looks[kind]?.[value] ?? unknown;
}
