// Remembers, for the shell, in which forms somebody has written: it asks before it gives a closed window's page back.
(() => {
  const written = new Set();
  const standing = () => {
    for (const form of written) if (!form.isConnected) written.delete(form);
    return written.size > 0;
  };
  addEventListener(
    'input',
    (event) => {
      standing();
      const form = event.target instanceof Element && event.target.closest('form');
      if (form) written.add(form);
    },
    true,
  );
  globalThis.sambungWritten = standing;
})();
