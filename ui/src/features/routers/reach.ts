/** Whether a router answers, as a badge says it. */
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';

import type { Router } from '../../api/types';
import { t } from '../../i18n/index.svelte';
import { show } from '../../i18n/show.svelte';
import type { Look } from '../../ui/status';

/** Whether the router is away, rather than there and of no use, as with a wrong password. Older rows hold no code. */
export function isAway(code: string | null): boolean {
  return (
    code === null || ['router_unreachable', 'router_timed_out', 'router_connection_closed'].includes(code)
  );
}

/** Whether a router was added just now and neither answered nor failed to: Sambung asks it by itself. */
export function isBeingGreeted(router: Router | undefined): boolean {
  return !!router?.is_active && !router.last_seen_at && !router.unreachable_since;
}

export function reachOf(router: Router): Look & { label: string } {
  if (!router.is_active) return { tone: 'neutral', icon: CircleDashed, label: t('routers.inactive') };
  if (router.unreachable_since) {
    const since = { time: show.recent(router.unreachable_since) };
    const label = isAway(router.last_error_code)
      ? t('routers.off_since', since)
      : t('routers.unusable_since', since);
    return { tone: 'bad', icon: TriangleAlert, label };
  }
  if (router.last_seen_at) {
    return {
      tone: 'good',
      icon: CircleCheck,
      label: t('routers.seen', { time: show.recent(router.last_seen_at) }),
    };
  }
  return { tone: 'neutral', icon: CircleDashed, label: t('routers.never_seen') };
}
