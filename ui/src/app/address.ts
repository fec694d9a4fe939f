/**
 * The screens live behind the hash of the address. Somebody who types `/customers/34`, or follows a link
 * written like that, means the screen of that name; this says under which hash it is.
 */
export function hashFor(place: { pathname: string; search: string; hash: string }): string | null {
  const path = place.pathname.replace(/\/index\.html$/, '/').replace(/(?<=.)\/+$/, '');
  if (place.hash !== '' || path === '/' || path === '') return null;
  return `#${path}${place.search}`;
}
