import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import type { FollowStateName } from "../../contract/follow";
import { Dialog } from "../my-videos/dialog";
import { PAGE_SIZE } from "./follows-api";
import type { Action, Loaded } from "./use-load";
import { relativeTime } from "./words";

/** What was loaded, or that it is still loading, or why it can't be. What was there stays while it is loaded again. */
export function Load<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }): VNode {
  return (
    <>
      {of.error !== undefined && (
        <p class="notice notice-error" role="alert">
          {of.error}{" "}
          <button class="button button-small" type="button" onClick={() => void of.reload()}>
            Try again
          </button>
        </p>
      )}
      {of.value === undefined ? of.error === undefined && <p role="status">Loading…</p> : children(of.value)}
    </>
  );
}

/** How the last action went. */
export function Outcome({ action }: { action: Action }): VNode {
  return (
    <>
      <p class="admin-done" role="status">
        {action.done}
      </p>
      {action.error !== undefined && (
        <p class="notice notice-error" role="alert">
          {action.error}
        </p>
      )}
    </>
  );
}

const STATES: Record<FollowStateName, string> = { pending: "Waiting", accepted: "Accepted", rejected: "Rejected" };

export function StateBadge({ state }: { state: FollowStateName }): VNode {
  return <span class={`admin-state admin-state-${state}`}>{STATES[state]}</span>;
}

export function When({ iso, nowMs }: { iso: string; nowMs: number }): VNode {
  return (
    <time dateTime={iso} title={new Date(iso).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}>
      {relativeTime(iso, nowMs)}
    </time>
  );
}

export function Pages({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }): VNode | null {
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  if (pages === 1 && page === 1) {
    return null;
  }
  return (
    <nav class="pagination admin-pages" aria-label="Pages">
      <button class="button" type="button" disabled={page === 1} onClick={() => onPage(page - 1)}>
        ← Newer
      </button>
      <span>
        Page {page} of {pages}
      </span>
      <button class="button" type="button" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        Older →
      </button>
    </nav>
  );
}

/** A search field that asks when the typing pauses on Enter or leaves the field. */
export function Search({ label, value, onSearch }: { label: string; value: string; onSearch: (text: string) => void }): VNode {
  return (
    <label class="field admin-search">
      {label}
      <input
        type="search"
        value={value}
        maxLength={255}
        autocomplete="off"
        onChange={(event) => onSearch(event.currentTarget.value.trim())}
      />
    </label>
  );
}

interface ConfirmProps {
  title: string;
  /** What the button does, such as «Unfollow». */
  verb: string;
  onConfirm: () => Promise<boolean>;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asks before something that can't simply be taken back. */
export function Confirm({ title, verb, onConfirm, onClose, children }: ConfirmProps): VNode {
  const [busy, setBusy] = useState(false);
  async function confirm(): Promise<void> {
    setBusy(true);
    await onConfirm();
    onClose();
  }
  return (
    <Dialog titleId="confirm-title" onCancel={onClose}>
      <h2 id="confirm-title">{title}</h2>
      {children}
      <p class="button-row">
        <button class="button" type="button" autofocus disabled={busy} onClick={onClose}>
          Cancel
        </button>
        <button class="button button-danger" type="button" disabled={busy} onClick={() => void confirm()}>
          {busy ? "One moment…" : verb}
        </button>
      </p>
    </Dialog>
  );
}

/** A setting that is saved as soon as it is switched. */
export function Switch(props: {
  label: string;
  hint?: string;
  checked: boolean;
  disabled: boolean;
  onSwitch: (on: boolean) => void;
}): VNode {
  return (
    <label class="admin-switch">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onSwitch(event.currentTarget.checked)}
      />
      <span>
        {props.label}
        {props.hint !== undefined && <small>{props.hint}</small>}
      </span>
    </label>
  );
}
