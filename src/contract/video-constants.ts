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

/** ISO 639-1, then what PeerTube adds to it: scripts of Chinese, sign languages, constructed ones, «no language». */
const LANGUAGE_IDS = (
  "aa ab af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga " +
  "gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu " +
  "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq " +
  "sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu " +
  "zh-Hans zh-Hant kab gsw vec ase bfi csl dse fcs fsl gsg jsl pks rsl sfs swl avk jbo tlh tok tzm zxx"
).split(" ");

/** What the Unicode tables don't name. */
const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  avk: "Kotava",
  bfi: "British Sign Language",
  csl: "Chinese Sign Language",
  dse: "Dutch Sign Language",
  fcs: "Quebec Sign Language",
  fsl: "French Sign Language",
  gsg: "German Sign Language",
  jsl: "Japanese Sign Language",
  pks: "Pakistan Sign Language",
  rsl: "Russian Sign Language",
  sfs: "South African Sign Language",
  swl: "Swedish Sign Language",
  zxx: "No linguistic content",
};

let languages: Readonly<Record<string, string>> | undefined;

/** Every language a video can be in: id → English name. */
export function videoLanguages(): Readonly<Record<string, string>> {
  if (languages === undefined) {
    const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
    const entries = LANGUAGE_IDS.map((id) => [id, LANGUAGE_NAMES[id] ?? names.of(id)] as const).filter(
      (entry): entry is readonly [string, string] => entry[1] !== undefined,
    );
    languages = Object.fromEntries(entries);
  }
  return languages;
}

/** `{id, label}` as the REST API shows a choice; `Unknown` where it isn't made or isn't known. */
export function labelled<Id extends number | string, Chosen extends Id | null>(
  names: Readonly<Record<Id, string>>,
  id: Chosen,
): { id: Chosen; label: string } {
  return { id, label: id === null ? "Unknown" : (names[id as Id] ?? "Unknown") };
}
