// PeerTube's numbers and names for what a video may be marked with. The ids are the interface's: other instances and
// clients send and store them.

export const VideoPrivacy = { public: 1, unlisted: 2, private: 3, internal: 4 } as const;
export type VideoPrivacy = (typeof VideoPrivacy)[keyof typeof VideoPrivacy];

export const VideoState = { published: 1 } as const;

export const CommentsPolicy = { enabled: 1, disabled: 2, requiresApproval: 3 } as const;

export const VIDEO_CATEGORIES: Readonly<Record<number, string>> = {
  1: "Music",
  2: "Films",
  3: "Vehicles",
  4: "Art",
  5: "Sports",
  6: "Travels",
  7: "Gaming",
  8: "People",
  9: "Comedy",
  10: "Entertainment",
  11: "News & Politics",
  12: "How To",
  13: "Education",
  14: "Activism",
  15: "Science & Technology",
  16: "Animals",
  17: "Kids",
  18: "Food",
};

export const VIDEO_LICENCES: Readonly<Record<number, string>> = {
  1: "Attribution",
  2: "Attribution - Share Alike",
  3: "Attribution - No Derivatives",
  4: "Attribution - Non Commercial",
  5: "Attribution - Non Commercial - Share Alike",
  6: "Attribution - Non Commercial - No Derivatives",
  7: "Public Domain Dedication",
};

export const VIDEO_PRIVACIES: Readonly<Record<number, string>> = { 1: "Public", 2: "Unlisted", 3: "Private", 4: "Internal" };

export const VIDEO_STATES: Readonly<Record<number, string>> = { 1: "Published" };

export const COMMENTS_POLICIES: Readonly<Record<number, string>> = { 1: "Enabled", 2: "Disabled", 3: "Requires approval" };

/** `{id, label}` as the REST API shows a choice; `Unknown` where it isn't made or isn't known. */
export function labelled<Id extends number | string, Chosen extends Id | null>(
  names: Readonly<Record<Id, string>>,
  id: Chosen,
): { id: Chosen; label: string } {
  // Of strangers, `constructor` is a language too.
  return { id, label: id !== null && Object.hasOwn(names, id) ? names[id as Id] : "Unknown" };
}
