import { describe, expect, test } from 'vitest';

import { LARGEST_LOGO, logoAddress, readLogo } from './logo';

const png = (length: number) => {
  const bytes = new Uint8Array(length);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return bytes;
};

describe('a logo', () => {
  test('is refused when it is one byte too large, and taken at the limit', () => {
    expect(readLogo(png(LARGEST_LOGO + 1))).toEqual({ fault: 'too_large' });
    const taken = readLogo(png(LARGEST_LOGO));
    expect('base64' in taken && atob(taken.base64)).toHaveLength(LARGEST_LOGO);
  });

  test('is known by its bytes, whatever its name says', () => {
    const gif = new TextEncoder().encode('GIF89a not what it says');
    expect(readLogo(gif)).toEqual({ fault: 'not_a_picture' });
    expect(readLogo(new Uint8Array())).toEqual({ fault: 'not_a_picture' });
  });

  test('is shown as what it is', () => {
    const jpeg = readLogo(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0));
    expect('base64' in jpeg && logoAddress(jpeg.base64)).toBe('data:image/jpeg;base64,/9j/4AA=');
    const picture = readLogo(png(9));
    expect('base64' in picture && logoAddress(picture.base64)).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
    expect(logoAddress('')).toBeNull();
  });
});
