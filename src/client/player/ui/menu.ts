import { h } from "./dom";

export interface MenuChoice {
  label: string;
  /** Said by screen readers where the label alone is too short. */
  description?: string;
  checked: boolean;
  choose(): void;
}

export interface MenuGroup {
  title: string;
  choices: MenuChoice[];
}

export interface Menu {
  element: HTMLElement;
  readonly isOpen: boolean;
  close(): void;
}

/** A menu of radio groups that opens from `button`: arrows move, Enter chooses, Escape closes and gives the focus back. */
export function createMenu(button: HTMLButtonElement, label: string, groups: () => MenuGroup[]): Menu {
  const element = h("div", { class: "player-menu", role: "menu", "aria-label": label, hidden: true });
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");

  function setOpen(open: boolean): void {
    element.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  function close(): void {
    const hadFocus = element.contains(document.activeElement);
    setOpen(false);
    if (hadFocus) {
      button.focus();
    }
  }

  function open(): void {
    element.replaceChildren(...groups().map((group) => groupElement(group, close)));
    setOpen(true);
    (element.querySelector<HTMLElement>("[aria-checked=true]") ?? element.querySelector<HTMLElement>("button"))?.focus();
  }

  button.addEventListener("click", () => (element.hidden ? open() : close()));
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !element.contains(event.target) && !button.contains(event.target)) {
      setOpen(false);
    }
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !element.contains(event.relatedTarget) && event.relatedTarget !== button) {
      setOpen(false);
    }
  });
  element.addEventListener("keydown", (event) => {
    const items = [...element.querySelectorAll<HTMLElement>("button")];
    const at = items.findIndex((item) => item === document.activeElement);
    const to = nextItem(event.key, at, items.length);
    if (event.key === "Escape") {
      close();
    } else if (to === undefined) {
      return;
    } else {
      items[to]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element,
    get isOpen() {
      return !element.hidden;
    },
    close,
  };
}

/** The index of the item to which a key moves; undefined for a key that doesn't move. */
export function nextItem(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return (at + 1) % count;
    case "ArrowUp":
    case "ArrowLeft":
      return (Math.max(at, 0) - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

function groupElement(group: MenuGroup, close: () => void): HTMLElement {
  const choices = group.choices.map((choice) => {
    const item = h("button", { type: "button", role: "menuitemradio", tabindex: -1, "aria-checked": String(choice.checked) }, choice.label);
    if (choice.description !== undefined) {
      item.setAttribute("aria-label", choice.description);
    }
    item.addEventListener("click", () => {
      choice.choose();
      close();
    });
    return item;
  });
  return h(
    "div",
    { class: "player-menu-group", role: "group", "aria-label": group.title },
    h("div", { class: "player-menu-title", "aria-hidden": "true" }, group.title),
    h("div", { class: "player-menu-choices" }, ...choices),
  );
}
