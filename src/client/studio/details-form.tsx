import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import type { Choice } from "./api";
import type { VideoDetailsInput } from "./job";
import type { StudioContext } from "./studio-app";
import { parseTags, validateDetails, type DetailsErrors } from "./validate";

const PRIVACIES: Choice[] = [
  { id: "1", label: "Public" },
  { id: "2", label: "Unlisted: whoever has the link" },
  { id: "4", label: "Internal: whoever is signed in here" },
  { id: "3", label: "Private: only you" },
];

interface DetailsFormProps {
  context: StudioContext;
  initial: VideoDetailsInput;
  submitLabel: string;
  onSubmit: (details: VideoDetailsInput) => void;
  onCancel?: () => void;
  /** Why the last try failed. */
  error?: string;
  isBusy?: boolean;
  /** The thumbnail's part. */
  children?: ComponentChildren;
}

/** What the user tells of a video. */
export function DetailsForm(props: DetailsFormProps): VNode {
  const { context } = props;
  const [details, setDetails] = useState(props.initial);
  const [tagText, setTagText] = useState(props.initial.tags.join(", "));
  const [errors, setErrors] = useState<DetailsErrors>({});
  const set = (change: Partial<VideoDetailsInput>) => {
    setDetails({ ...details, ...change });
    setErrors(Object.fromEntries(Object.entries(errors).filter(([field]) => !(field in change))));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const complete = { ...details, tags: parseTags(tagText) };
    const found = validateDetails(complete);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first === undefined) {
      props.onSubmit(complete);
    } else {
      document.querySelector<HTMLElement>(`#studio-${first}`)?.focus();
    }
  };
  return (
    <form class="studio-form" onSubmit={submit} noValidate>
      <div class="studio-form-main">
        <Field id="name" label="Title" error={errors.name}>
          <input
            id="studio-name"
            value={details.name}
            maxLength={200}
            required
            aria-invalid={errors.name !== undefined}
            aria-describedby="studio-name-error"
            onInput={(event) => set({ name: event.currentTarget.value })}
          />
        </Field>
        <Field id="description" label="Description" error={errors.description}>
          <textarea
            id="studio-description"
            rows={5}
            aria-describedby="studio-description-error"
            onInput={(event) => set({ description: event.currentTarget.value })}
            value={details.description}
          />
        </Field>
        <Field id="tags" label="Tags, separated by commas" error={errors.tags}>
          <input
            id="studio-tags"
            value={tagText}
            aria-invalid={errors.tags !== undefined}
            aria-describedby="studio-tags-error"
            onInput={(event) => {
              setTagText(event.currentTarget.value);
              set({ tags: [] });
            }}
          />
        </Field>
        {props.children}
      </div>
      <div class="studio-form-side">
        <Field id="privacy" label="Who may watch">
          <Select id="privacy" choices={PRIVACIES} value={String(details.privacy)} onChange={(value) => set({ privacy: Number(value) })} />
        </Field>
        <Field id="channelId" label="Channel" error={errors.channelId}>
          <Select
            id="channelId"
            choices={context.user.videoChannels.map((channel) => ({ id: String(channel.id), label: channel.displayName }))}
            value={String(details.channelId)}
            onChange={(value) => set({ channelId: Number(value) })}
          />
        </Field>
        <OptionalSelect
          id="category"
          label="Category"
          choices={context.categories}
          value={details.category?.toString()}
          onChange={(value) => set({ category: numberOf(value) })}
        />
        <OptionalSelect
          id="licence"
          label="Licence"
          choices={context.licences}
          value={details.licence?.toString()}
          onChange={(value) => set({ licence: numberOf(value) })}
        />
        <OptionalSelect
          id="language"
          label="Language"
          choices={context.languages}
          value={details.language}
          onChange={(language) => set({ language })}
        />
        <label class="studio-check">
          <input id="studio-nsfw" type="checkbox" checked={details.nsfw} onChange={(event) => set({ nsfw: event.currentTarget.checked })} />
          For adults or otherwise sensitive
        </label>
      </div>
      <div class="studio-form-end">
        <p class="form-error" role="alert">
          {props.error}
        </p>
        <div class="button-row">
          <button id="studio-submit" class="button button-primary" type="submit" disabled={props.isBusy}>
            {props.submitLabel}
          </button>
          {props.onCancel !== undefined && (
            <button class="button" type="button" onClick={props.onCancel}>
              Choose another file
            </button>
          )}
        </div>
      </div>
    </form>
  );
}

function Field({ id, label, error, children }: { id: string; label: string; error?: string; children: ComponentChildren }): VNode {
  return (
    <div class="field">
      <label for={`studio-${id}`}>{label}</label>
      {children}
      <p class="form-error" id={`studio-${id}-error`}>
        {error}
      </p>
    </div>
  );
}

interface SelectProps {
  id: string;
  choices: Choice[];
  value: string;
  onChange: (value: string) => void;
}

function Select({ id, choices, value, onChange }: SelectProps): VNode {
  return (
    <select id={`studio-${id}`} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {choices.map((choice) => (
        <option key={choice.id} value={choice.id} selected={choice.id === value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

interface OptionalSelectProps {
  id: string;
  label: string;
  choices: Choice[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Left away where the instance lists no choices. */
function OptionalSelect({ id, label, choices, value, onChange }: OptionalSelectProps): VNode | null {
  if (choices.length === 0) {
    return null;
  }
  return (
    <Field id={id} label={label}>
      <Select
        id={id}
        choices={[{ id: "", label: "Not said" }, ...choices]}
        value={value ?? ""}
        onChange={(chosen) => onChange(chosen === "" ? undefined : chosen)}
      />
    </Field>
  );
}

function numberOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
