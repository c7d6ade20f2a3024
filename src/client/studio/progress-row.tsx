import type { VNode } from "preact";

export interface RowAction {
  label: string;
  run: () => void;
}

interface ProgressRowProps {
  id: string;
  state: string;
  label: string;
  /** 0 to 1. */
  share: number;
  showsBar: boolean;
  detail: string;
  error: string | undefined;
  actions: RowAction[];
}

/** A thing under way: its name, how far it is, and what can be done about it. */
export function ProgressRow({ id, state, label, share, showsBar, detail, error, actions }: ProgressRowProps): VNode {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return (
    <li class="studio-row" data-row={id} data-state={state}>
      <span class="studio-row-label">{label}</span>
      <div class="studio-row-middle">
        {showsBar && <progress max={100} value={percent} aria-label={`${label}: progress`} aria-valuetext={`${Math.round(percent)} %`} />}
        <span class="studio-row-detail">{detail}</span>
        {error !== undefined && (
          <span class="studio-row-error" role="alert">
            {error}
          </span>
        )}
      </div>
      <span class="studio-row-actions">
        {actions.map((action) => (
          <button
            key={action.label}
            class="button button-small"
            type="button"
            aria-label={`${action.label}: ${label}`}
            onClick={action.run}
          >
            {action.label}
          </button>
        ))}
      </span>
    </li>
  );
}
