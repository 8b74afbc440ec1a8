/// <reference lib="dom" />

/** Class of the placeholder, for your style sheet. */
const CLASS = 'edgepass-unavailable';
/** The placeholder of an element, and the display that the element had in its own style. */
const shown = new WeakMap<HTMLElement, { readonly box: HTMLElement; readonly display: string }>();

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
  shown.set(element, { box, display: element.style.display });
  // The attribute `hidden` would not do: a style sheet that sets `display` of images wins over it.
  element.style.display = 'none';
  element.after(box);
}

/** Shows an element again. Does nothing if it has no placeholder. */
export function removePlaceholder(element: HTMLElement): void {
  const placeholder = shown.get(element);
  if (placeholder === undefined) return;
  placeholder.box.remove();
  element.style.display = placeholder.display;
  shown.delete(element);
}
