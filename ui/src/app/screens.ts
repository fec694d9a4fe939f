/**
 * The screens of the sidebar, in their order: the one list that navigation, palette and keys share. A
 * screen whose content somebody may not read is not offered to them.
 */
import Activity from '@lucide/svelte/icons/activity';
import Banknote from '@lucide/svelte/icons/banknote';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import Droplets from '@lucide/svelte/icons/droplets';
import FileText from '@lucide/svelte/icons/file-text';
import Gauge from '@lucide/svelte/icons/gauge';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import MapPin from '@lucide/svelte/icons/map-pin';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import RouterIcon from '@lucide/svelte/icons/router';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import Unplug from '@lucide/svelte/icons/unplug';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';

import type { Ability } from '../api/types';
import { may } from '../features/session/session.svelte';
import type { Key } from '../i18n/index.svelte';

export interface ScreenEntry {
  path: string;
  label: Key;
  icon: Component<{ class?: string; 'aria-hidden'?: 'true' }>;
  /** Pressed after `g`. */
  letter: string;
  /** What one must be able to do for the screen to show anything. */
  needs: Ability;
}

export interface Section {
  label: Key;
  screens: ScreenEntry[];
}

const all: Section[] = [
  {
    label: 'nav.office',
    screens: [
      { path: '/', label: 'nav.dashboard', icon: LayoutDashboard, letter: 'd', needs: 'customers.read' },
      { path: '/customers', label: 'nav.customers', icon: Users, letter: 'c', needs: 'customers.read' },
    ],
  },
  {
    label: 'nav.money',
    screens: [
      { path: '/invoices', label: 'nav.invoices', icon: FileText, letter: 'i', needs: 'invoices.read' },
      { path: '/payments', label: 'nav.payments', icon: Banknote, letter: 'p', needs: 'payments.read' },
      {
        path: '/messages',
        label: 'nav.messages',
        icon: MessageCircle,
        letter: 'm',
        needs: 'operations.read',
      },
    ],
  },
  {
    label: 'nav.network',
    screens: [
      { path: '/isolation', label: 'nav.isolation', icon: Unplug, letter: 's', needs: 'customers.read' },
      { path: '/routers', label: 'nav.routers', icon: RouterIcon, letter: 'r', needs: 'network.read' },
      { path: '/leaks', label: 'nav.leaks', icon: Droplets, letter: 'o', needs: 'network.read' },
      { path: '/packages', label: 'nav.packages', icon: Gauge, letter: 'k', needs: 'customers.read' },
      { path: '/areas', label: 'nav.areas', icon: MapPin, letter: 'w', needs: 'customers.read' },
    ],
  },
  {
    label: 'nav.system',
    screens: [
      { path: '/jobs', label: 'nav.jobs', icon: Activity, letter: 'j', needs: 'operations.read' },
      {
        path: '/schedule',
        label: 'nav.schedule',
        icon: CalendarClock,
        letter: 't',
        needs: 'operations.read',
      },
      { path: '/log', label: 'nav.log', icon: ScrollText, letter: 'l', needs: 'log.read' },
      { path: '/settings', label: 'nav.settings', icon: Settings, letter: 'e', needs: 'settings.read' },
    ],
  },
];

/** What the person in this window is offered. Reactive where it is read. */
export function sections(): Section[] {
  return all
    .map((section) => ({ ...section, screens: section.screens.filter((screen) => may(screen.needs)) }))
    .filter((section) => section.screens.length > 0);
}

export function screens(): ScreenEntry[] {
  return sections().flatMap((section) => section.screens);
}
