import { describe, expect, it } from "vitest";
import { keyAction, stepSpeed } from "../../../src/client/player/keyboard-map";
import { nextItem } from "../../../src/client/player/ui/menu";

describe("keyAction", () => {
  it.each([
    [" ", { kind: "toggle-play" }],
    ["k", { kind: "toggle-play" }],
    ["K", { kind: "toggle-play" }],
    ["j", { kind: "seek-by", seconds: -10 }],
    ["l", { kind: "seek-by", seconds: 10 }],
    ["ArrowLeft", { kind: "seek-by", seconds: -5 }],
    ["ArrowUp", { kind: "volume-by", step: 0.05 }],
    ["m", { kind: "toggle-mute" }],
    ["f", { kind: "toggle-fullscreen" }],
    ["i", { kind: "toggle-pip" }],
    ["7", { kind: "seek-to", fraction: 0.7 }],
    ["<", { kind: "slower" }],
    [">", { kind: "faster" }],
    ["Home", { kind: "seek-to", fraction: 0 }],
    ["End", { kind: "seek-to", fraction: 1 }],
  ])("gives %j its action", (key, action) => {
    expect(keyAction({ key }, true)).toEqual(action);
  });

  it("leaves the browser's own shortcuts alone", () => {
    expect(keyAction({ key: "f", ctrlKey: true }, true)).toBeUndefined();
    expect(keyAction({ key: "l", metaKey: true }, true)).toBeUndefined();
    expect(keyAction({ key: "ArrowLeft", altKey: true }, true)).toBeUndefined();
    expect(keyAction({ key: "Tab" }, true)).toBeUndefined();
    expect(keyAction({ key: "constructor" }, true)).toBeUndefined();
  });

  it("lets the page scroll by arrows, Home and End while the focus isn't in the player", () => {
    for (const key of ["ArrowUp", "ArrowDown", "Home", "End"]) {
      expect(keyAction({ key }, false)).toBeUndefined();
    }
    expect(keyAction({ key: "k" }, false)).toEqual({ kind: "toggle-play" });
  });
});

describe("stepSpeed", () => {
  it("moves along the scale and stays at its ends", () => {
    expect(stepSpeed(1, 1)).toBe(1.25);
    expect(stepSpeed(1, -1)).toBe(0.75);
    expect(stepSpeed(2, 1)).toBe(2);
    expect(stepSpeed(0.5, -1)).toBe(0.5);
    expect(stepSpeed(1.1, -1)).toBe(1);
  });
});

describe("nextItem", () => {
  it("wraps around, and starts at an end where nothing has the focus", () => {
    expect(nextItem("ArrowDown", 2, 3)).toBe(0);
    expect(nextItem("ArrowUp", 0, 3)).toBe(2);
    expect(nextItem("ArrowUp", -1, 3)).toBe(2);
    expect(nextItem("ArrowDown", -1, 3)).toBe(0);
    expect(nextItem("End", 0, 3)).toBe(2);
    expect(nextItem("x", 0, 3)).toBeUndefined();
  });
});
