/**
 * Money, dates and times as an Indonesian office writes them. The shapes are the same in both
 * languages of the window (a bill is read by the same people); only the names of months change.
 */
import { parseDate } from '@internationalized/date';

const MONTHS = {
  id: ['Jan', 'Feb', 'Mar', 'Apr', 'Mei', 'Jun', 'Jul', 'Agu', 'Sep', 'Okt', 'Nov', 'Des'],
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
} as const;

const LONG_MONTHS = {
  id: [
    'Januari',
    'Februari',
    'Maret',
    'April',
    'Mei',
    'Juni',
    'Juli',
    'Agustus',
    'September',
    'Oktober',
    'November',
    'Desember',
  ],
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
} as const;

export type MonthNames = keyof typeof MONTHS;

/** `12345678` → `12.345.678`. */
export function grouped(amount: number): string {
  const digits = Math.abs(Math.trunc(amount)).toString();
  const parts = digits.replace(/\B(?=(\d{3})+$)/g, '.');
  return amount < 0 ? `−${parts}` : parts;
}

/** `12345678` → `Rp 12.345.678`, with a space that does not break. */
export function rupiah(amount: number): string {
  return amount < 0 ? `−Rp\u00a0${grouped(-amount)}` : `Rp\u00a0${grouped(amount)}`;
}

/** Eighteen digits are more than any office will ever see, and beyond what a number holds exactly. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * What a clerk typed as money, by the rule of the program (`billing::Rupiah::parse`): dots group by three, and a comma
 * may only introduce zeros. `null` for nothing typed, `undefined` for something that is not a whole, positive amount.
 */
export function readRupiah(text: string): number | null | undefined {
  const bare = text.trim().replace(/^rp\.*\s*/i, '');
  if (bare === '') return null;
  const [, whole] = /^(\d+|\d{1,3}(?:\.\d{3})+)(?:,0{0,2})?$/.exec(bare) ?? [];
  if (whole === undefined) return undefined;
  const amount = Number(whole.replaceAll('.', ''));
  return amount <= LARGEST ? amount : undefined;
}

/** `2026-11-23` → `23 Nov 2026`. Anything else is shown as it is. */
export function civilDate(iso: string, names: MonthNames): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!match) return iso;
  const month = MONTHS[names][Number(match[2]) - 1];
  return month ? `${Number(match[3])} ${month} ${match[1]}` : iso;
}

/** `2026-11` → `November 2026`. */
export function periodName(period: string, names: MonthNames): string {
  const match = /^(\d{4})-(\d{2})$/.exec(period);
  const month = match && LONG_MONTHS[names][Number(match[2]) - 1];
  return match && month ? `${month} ${match[1]}` : period;
}

function partsInZone(instant: number, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
}

/** The civil day of an instant in the office's zone: `2026-11-23`. */
export function dayOf(instant: number, zone: string): string {
  const part = partsInZone(instant, zone);
  return `${part.year}-${part.month}-${part.day}`;
}

/** `14.05` or, with seconds, `14.05.09`: the Indonesian way of writing a clock time. */
export function clock(instant: number, zone: string, seconds = false): string {
  const part = partsInZone(instant, zone);
  return seconds ? `${part.hour}.${part.minute}.${part.second}` : `${part.hour}.${part.minute}`;
}

/** `23 Nov 2026 14.05`. */
export function moment(instant: number, zone: string, names: MonthNames): string {
  return `${civilDate(dayOf(instant, zone), names)} ${clock(instant, zone)}`;
}

/** The instant at which a civil day begins in the zone; `shift` days later or earlier. */
export function startOfDay(iso: string, zone: string, shift = 0): number {
  return parseDate(iso).add({ days: shift }).toDate(zone).getTime();
}

/** The civil day after. */
export function nextDay(iso: string): string {
  return parseDate(iso).add({ days: 1 }).toString();
}

/** The period that is `months` away from the given one: `2026-12` + 1 → `2027-01`. */
export function shiftPeriod(period: string, months: number): string {
  const [year = 0, month = 1] = period.split('-').map(Number);
  const index = year * 12 + (month - 1) + months;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** A stored phone number (`62812…`) as people read it: `0812-3456-7890`. */
export function phone(digits: string): string {
  if (!/^62\d{7,}$/.test(digits)) return digits;
  const local = `0${digits.slice(2)}`;
  return local.replace(/^(\d{4})(\d{4})(\d+)$/, '$1-$2-$3');
}

/** Kilobits per second as a package states it: `20 Mbps`, `512 kbps`. */
export function speed(kilobits: number): string {
  if (kilobits < 1000) return `${kilobits} kbps`;
  const megabits = kilobits % 1024 === 0 && kilobits % 1000 !== 0 ? kilobits / 1024 : kilobits / 1000;
  return `${Number.isInteger(megabits) ? megabits : megabits.toFixed(1).replace('.', ',')} Mbps`;
}

/** `4.2` → `4,2`: at most one decimal, and none that is nothing. */
const oneDecimal = (value: number) => String(Math.round(value * 10) / 10).replace('.', ',');

/** A measured rate in bit/s: `850 bps`, `4,6 Mbps`. */
export function bitrate(bits: number): string {
  const units = ['bps', 'kbps', 'Mbps', 'Gbps'];
  const at = Math.min(Math.floor(Math.log10(Math.max(bits, 1)) / 3), units.length - 1);
  return `${oneDecimal(bits / 1000 ** at)} ${units[at]}`;
}

/** Memory as routers are sold: `768 MiB`. */
export function bytes(count: number): string {
  const mebi = count / 1024 ** 2;
  return mebi >= 1024 ? `${oneDecimal(mebi / 1024)} GiB` : `${Math.round(mebi)} MiB`;
}

const SPANS = {
  id: { w: 'minggu', d: 'hari', h: 'jam', m: 'menit', s: 'detik' },
  en: { w: 'wk', d: 'd', h: 'h', m: 'min', s: 's' },
} as const;

/** RouterOS writes `1w2d3h4m5s`; people read the two largest parts. Anything else is shown as it is. */
export function uptime(text: string, names: MonthNames): string {
  if (!/^(\d+[wdhms])+$/.test(text)) return text;
  const parts = [...text.matchAll(/(\d+)([wdhms])/g)].filter((part) => Number(part[1]) > 0);
  const said = parts.slice(0, 2).map(([, n, unit]) => `${n} ${SPANS[names][unit as keyof typeof SPANS.id]}`);
  return said.join(' ') || text;
}

/** How long some seconds are, in the two largest parts: `3 jam 12 menit`. */
export function lasting(seconds: number, names: MonthNames): string {
  let left = Math.abs(Math.round(seconds));
  const sizes = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const;
  let text = '';
  for (const [unit, size] of Object.entries(sizes)) {
    text += `${Math.floor(left / size)}${unit}`;
    left %= size;
  }
  return seconds === 0 ? `0 ${SPANS[names].s}` : uptime(text, names);
}
