type Child = Node | string;

/** Makes an element with attributes (`true` gives an empty one, `undefined` none) and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | number | true | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children);
  return element;
}

const PATHS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zm6 0h4v14h-4z",
  replay: "M12 5V1L6.5 6.5 12 12V7.500a5.500 5.500 0 1 1-5.500 5.500H4a8 8 0 1 0 8-8z",
  loud: "M4 9v6h4l5 5V4L8 9zm12.500 3A4.500 4.500 0 0 0 14 8v8a4.500 4.500 0 0 0 2.500-4zM14 3.300v2.100a7 7 0 0 1 0 13.200v2.100a9 9 0 0 0 0-17.400z",
  quiet: "M4 9v6h4l5 5V4L8 9zm12.500 3A4.500 4.500 0 0 0 14 8v8a4.500 4.500 0 0 0 2.500-4z",
  muted:
    "M4 9v6h4l5 5V4L8 9zm17 .4L19.600 8 17.500 10.100 15.400 8 14 9.400l2.100 2.100L14 13.600 15.400 15l2.100-2.100L19.600 15l1.400-1.400-2.100-2.100z",
  settings:
    "M19.400 13a7.500 7.500 0 0 0 0-2l2-1.600-2-3.400-2.400 1a7.600 7.600 0 0 0-1.700-1L15 3.500h-4l-.4 2.500a7.600 7.600 0 0 0-1.700 1l-2.400-1-2 3.400 2.100 1.600a7.500 7.500 0 0 0 0 2l-2.100 1.600 2 3.400 2.400-1a7.600 7.600 0 0 0 1.700 1l.4 2.500h4l.3-2.500a7.600 7.600 0 0 0 1.700-1l2.400 1 2-3.400zM13 15.500a3.500 3.500 0 1 1 0-7 3.500 3.500 0 0 1 0 7z",
  peers:
    "M18 16a3 3 0 0 0-2.200 1L8.900 13a3 3 0 0 0 0-2l6.900-4a3 3 0 1 0-.8-2c0 .3 0 .5.100.7L8.100 9.800a3 3 0 1 0 0 4.400l7 4.100c-.1.200-.1.400-.1.700a3 3 0 1 0 3-3z",
  pip: "M21 3H3a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h18a2 2 0 0 0 2-2V5a2 2 0 0 0-2-2zm0 16H3V5h18zm-2-8h-8v6h8z",
  fullscreen: "M5 14H3v7h7v-2H5zm-2-4h2V5h5V3H3zm16 9h-5v2h7v-7h-2zM14 3v2h5v5h2V3z",
  shrink: "M3 16h5v5h2v-7H3zm5-8H3v2h7V3H8zm6 13h2v-5h5v-2h-7zm2-13V3h-2v7h7V8z",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon that takes the text's colour; the button around it has the label. */
export function icon(name: IconName): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button with an icon and a name that is also its tooltip. */
export function iconButton(name: IconName, label: string, onClick: () => void, className = ""): HTMLButtonElement {
  const button = h(
    "button",
    { type: "button", class: `player-button ${className}`.trimEnd(), "aria-label": label, title: label },
    icon(name),
  );
  button.addEventListener("click", onClick);
  return button;
}

/** Changes a button's icon and name, only where they differ. */
export function relabel(button: HTMLButtonElement, name: IconName, label: string): void {
  if (button.getAttribute("aria-label") === label && button.dataset["icon"] === name) {
    return;
  }
  button.dataset["icon"] = name;
  button.setAttribute("aria-label", label);
  button.title = label;
  button.querySelector("svg")?.replaceWith(icon(name));
}
