import "@testing-library/jest-dom/vitest";

// What jsdom lacks of <dialog>: enough for opening, Escape and giving the focus back.
const openers = new WeakMap<HTMLDialogElement, Element | null>();

HTMLDialogElement.prototype.showModal = function showModal(this: HTMLDialogElement) {
  openers.set(this, document.activeElement);
  this.open = true;
  this.querySelector<HTMLElement>("[autofocus], button, input, select")?.focus();
  this.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && this.open) this.close();
  });
};

HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  if (!this.open) return;
  this.open = false;
  const opener = openers.get(this);
  if (opener instanceof HTMLElement) opener.focus();
  this.dispatchEvent(new Event("close"));
};

window.scrollTo = () => undefined;
