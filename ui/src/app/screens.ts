/** The screens of the sidebar, in their order: the one list that navigation, palette and keys share. */
import Activity from '@lucide/svelte/icons/activity';
import Banknote from '@lucide/svelte/icons/banknote';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import FileText from '@lucide/svelte/icons/file-text';
import Gauge from '@lucide/svelte/icons/gauge';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import RouterIcon from '@lucide/svelte/icons/router';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import Unplug from '@lucide/svelte/icons/unplug';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';

import type { Key } from '../i18n/index.svelte';

export interface ScreenEntry {
  path: string;
  label: Key;
  icon: Component<{ class?: string; 'aria-hidden'?: 'true' }>;
  /** Pressed after `g`. */
  letter: string;
}

export interface Section {
  label: Key;
  screens: ScreenEntry[];
}

export const sections: Section[] = [
  {
    label: 'nav.office',
    screens: [
      { path: '/', label: 'nav.dashboard', icon: LayoutDashboard, letter: 'd' },
      { path: '/customers', label: 'nav.customers', icon: Users, letter: 'c' },
    ],
  },
  {
    label: 'nav.money',
    screens: [
      { path: '/invoices', label: 'nav.invoices', icon: FileText, letter: 'i' },
      { path: '/payments', label: 'nav.payments', icon: Banknote, letter: 'p' },
    ],
  },
  {
    label: 'nav.network',
    screens: [
      { path: '/isolation', label: 'nav.isolation', icon: Unplug, letter: 's' },
      { path: '/routers', label: 'nav.routers', icon: RouterIcon, letter: 'r' },
      { path: '/packages', label: 'nav.packages', icon: Gauge, letter: 'k' },
    ],
  },
  {
    label: 'nav.system',
    screens: [
      { path: '/jobs', label: 'nav.jobs', icon: Activity, letter: 'j' },
      { path: '/schedule', label: 'nav.schedule', icon: CalendarClock, letter: 't' },
      { path: '/log', label: 'nav.log', icon: ScrollText, letter: 'l' },
      { path: '/settings', label: 'nav.settings', icon: Settings, letter: 'e' },
    ],
  },
];

export const screens: ScreenEntry[] = sections.flatMap((section) => section.screens);
