import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { BlockedTab } from "./blocked-tab";
import { DeliveriesTab } from "./deliveries-tab";
import { FollowersTab } from "./followers-tab";
import { FollowingTab } from "./following-tab";

const TABS = [
  { id: "following", label: "Following", content: FollowingTab },
  { id: "followers", label: "Followers", content: FollowersTab },
  { id: "blocked", label: "Blocked", content: BlockedTab },
  { id: "deliveries", label: "Deliveries", content: DeliveriesTab },
] as const;

function tabOfAddress(): number {
  return Math.max(
    0,
    TABS.findIndex(({ id }) => `#${id}` === location.hash),
  );
}

/** The administrator's page of federation. The address says which tab is shown. */
export function FollowsPage(): VNode {
  const [shown, setShown] = useState(tabOfAddress);
  const buttons = useRef<(HTMLButtonElement | null)[]>([]);
  useEffect(() => {
    const follow = () => setShown(tabOfAddress());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  function show(index: number): void {
    history.replaceState(undefined, "", `#${TABS[index]?.id ?? ""}`);
    setShown(index);
  }

  /** As tabs do (WAI-ARIA): arrows move among them, Tab leaves them. */
  function move(event: KeyboardEvent): void {
    const places: Record<string, number> = { ArrowRight: shown + 1, ArrowLeft: shown - 1, Home: 0, End: TABS.length - 1 };
    const place = places[event.key];
    if (place === undefined) {
      return;
    }
    event.preventDefault();
    const next = (place + TABS.length) % TABS.length;
    show(next);
    buttons.current[next]?.focus();
  }

  const { id, content: Content } = TABS[shown] ?? TABS[0];
  return (
    <div class="admin">
      <h1 class="page-title">Federation</h1>
      <div class="admin-tabs" role="tablist" aria-label="Federation" onKeyDown={move}>
        {TABS.map((tab, index) => (
          <button
            key={tab.id}
            ref={(element) => {
              buttons.current[index] = element;
            }}
            id={`tab-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={index === shown}
            aria-controls="tab-panel"
            tabIndex={index === shown ? 0 : -1}
            onClick={() => show(index)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div class="admin-panel" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${id}`} key={id}>
        <Content />
      </div>
    </div>
  );
}
