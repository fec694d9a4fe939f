/** What a group of lines was sold as, in people's words: its key is for programs. */
import type { LineGroup } from '../../../api/types';
import { speed } from '../../../i18n/format';
import { t } from '../../../i18n/index.svelte';

const HOTSPOT = 'hotspot:';

/** Whether its name is the router's own, of a PPP profile. */
export const isProfile = (group: LineGroup) => group.profile !== null;

export function soldAs(group: LineGroup): string {
  if (group.profile !== null) return group.profile;
  if (group.key.startsWith(HOTSPOT)) {
    return t('lines.group_hotspot', { profile: group.key.slice(HOTSPOT.length) });
  }
  if (group.speed_download !== null && group.speed_upload !== null) {
    return t('lines.group_speed', { down: speed(group.speed_download), up: speed(group.speed_upload) });
  }
  return group.rate_limit ?? t('lines.untold_group');
}
