/** The rules of the isolation page in the order in which the router will go through them. */
import type { Preparation } from '../../api/types';

type Step = Preparation['steps'][number];

/** A rule is always put above the one that was written before it, so the last one written is the first that counts. */
const ORDERED = /\/firewall\/(filter|nat|mangle|raw)$/;

/** Menu by menu, as they first occur; the rules of a firewall from the top of its list to the bottom. */
export function asOnRouter<S extends Pick<Step, 'menu'>>(steps: readonly S[]): S[] {
  const menus = [...new Set(steps.map((step) => step.menu))];
  return menus.flatMap((menu) => {
    const own = steps.filter((step) => step.menu === menu);
    return ORDERED.test(menu) ? own.reverse() : own;
  });
}

/** What a removal leaves there: what is as it should be, and the rule that alone closes lines in place of the page. */
export function staysOnRemoval(step: Pick<Step, 'action' | 'name'>): boolean {
  return step.action === 'keep' || (step.action !== 'remove' && step.name.startsWith('drop:'));
}

/** Whether anything of ours stands there that a removal could take, as the preview of a preparation tells. */
export function hasOurs(steps: readonly Pick<Step, 'action' | 'menu'>[]): boolean {
  return steps.some(
    ({ action, menu }) => (action === 'keep' || action === 'remove') && menu !== '/ppp/profile',
  );
}
