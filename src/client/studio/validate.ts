import type { VideoDetailsInput } from "./job";

export type DetailsErrors = Partial<Record<keyof VideoDetailsInput, string>>;

/** What the instance would refuse, said before anything is sent; empty where all is well. */
export function validateDetails(details: VideoDetailsInput): DetailsErrors {
  const errors: DetailsErrors = {};
  const length = details.name.trim().length;
  if (length < 3) {
    errors.name = "A title needs at least 3 characters.";
  } else if (length > 120) {
    errors.name = `A title has at most 120 characters; this one has ${length}.`;
  }
  if (!(details.channelId > 0)) {
    errors.channelId = "Choose a channel.";
  }
  if (details.description.trim().length > 10_000) {
    errors.description = "A description has at most 10,000 characters.";
  }
  if (details.tags.length > 5) {
    errors.tags = "At most 5 tags.";
  } else if (details.tags.some((tag) => tag.length < 2 || tag.length > 30)) {
    errors.tags = "Each tag has 2 to 30 characters.";
  }
  return errors;
}

/** "cats, city  walks,," → ["cats", "city walks"] */
export function parseTags(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.replaceAll(/\s+/g, " ").trim());
  return [...new Set(tags.filter((tag) => tag !== ""))];
}

/** The details as the REST API's form fields; what wasn't chosen is left out. */
export function detailsForm(details: VideoDetailsInput, thumbnail: Blob | undefined): FormData {
  const form = new FormData();
  form.set("name", details.name.trim());
  form.set("channelId", String(details.channelId));
  form.set("privacy", String(details.privacy));
  form.set("nsfw", String(details.nsfw));
  for (const [field, value] of Object.entries({
    description: details.description.trim() || undefined,
    category: details.category,
    licence: details.licence,
    language: details.language,
  })) {
    if (value !== undefined) {
      form.set(field, String(value));
    }
  }
  for (const [index, tag] of details.tags.entries()) {
    form.set(`tags[${index}]`, tag);
  }
  if (thumbnail !== undefined) {
    form.set("thumbnailfile", thumbnail, "thumbnail.jpg");
  }
  return form;
}
