/** `format.ts` with the office's zone and the chosen language filled in: what the screens call. */
import { civilDate, clock, dayOf, grouped, moment, periodName, rupiah } from './format';
import { language } from './index.svelte';

let zone = $state('Asia/Jakarta');

export function useZone(name: string): void {
  zone = name;
}

export const show = {
  money: rupiah,
  /** `10000` → `10.000`. */
  count: grouped,
  date: (iso: string | null | undefined) => (iso ? civilDate(iso, language()) : '–'),
  period: (period: string | null | undefined) => (period ? periodName(period, language()) : '–'),
  moment: (at: number | null | undefined) => (at == null ? '–' : moment(at, zone, language())),
  clock: (at: number | null | undefined, seconds = false) => (at == null ? '–' : clock(at, zone, seconds)),
  /** The clock alone for today, the date with it for any other day. */
  recent: (at: number | null | undefined) => {
    if (at == null) return '–';
    return dayOf(at, zone) === dayOf(Date.now(), zone) ? clock(at, zone) : moment(at, zone, language());
  },
  today: () => dayOf(Date.now(), zone),
  zone: () => zone,
};
