/// <reference lib="dom" />

/** Class of the placeholder, for your style sheet. */
const CLASS = 'edgepass-unavailable';
const shown = new WeakMap<HTMLElement, HTMLElement>();

/** Shows the text of an element and a button in its place. */
export function showPlaceholder(element: HTMLElement, button: string, retry: () => void): void {
  removePlaceholder(element);
  const box = document.createElement('span');
  const again = document.createElement('button');
  const text = element.getAttribute('alt') ?? element.getAttribute('aria-label') ?? '';
  box.className = CLASS;
  box.setAttribute('role', 'group');
  box.append(text, ' ', again);
  again.type = 'button';
  again.textContent = button;
  again.addEventListener('click', () => {
    removePlaceholder(element);
    retry();
  });
  element.hidden = true;
  element.after(box);
  shown.set(element, box);
}

/** Shows an element again. Does nothing if it has no placeholder. */
export function removePlaceholder(element: HTMLElement): void {
  const box = shown.get(element);
  if (box === undefined) return;
  box.remove();
  element.hidden = false;
  shown.delete(element);
}
