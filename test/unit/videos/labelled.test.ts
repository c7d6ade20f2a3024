import { expect, test } from "vitest";
import { VIDEO_CATEGORIES, labelled } from "../../../src/contract/video-constants.ts";
import { VIDEO_LANGUAGES } from "../../../src/contract/video-languages.ts";

test("a choice has its name; what isn't one has none, whatever a stranger calls it", () => {
  expect(labelled(VIDEO_CATEGORIES, 2)).toEqual({ id: 2, label: "Films" });
  expect(labelled(VIDEO_LANGUAGES, "en")).toEqual({ id: "en", label: "English" });
  expect(labelled(VIDEO_LANGUAGES, null)).toEqual({ id: null, label: "Unknown" });
  for (const id of ["zz", "", "constructor", "toString", "__proto__"]) {
    expect(labelled(VIDEO_LANGUAGES, id)).toEqual({ id, label: "Unknown" });
  }
});
