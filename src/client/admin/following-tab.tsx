import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { AskedFollow, CustomConfig, Follow } from "../../contract/follow";
import { follow, loadAsked, loadConfig, loadFollowing, retryFollow, saveConfig, unfollow } from "./follows-api";
import { Confirm, Load, Outcome, Pages, Search, StateBadge, Switch, When } from "./parts";
import { useAction, useLoad, useRepeat, type Action } from "./use-load";
import { ended, handleOf, healthSentence, historySentence, isUnderWay, nameOf, nextTry, typeOf } from "./words";

const LOOK_AGAIN_MS = 4000;

/** Whom the instance follows, and whom it is to follow. */
export function FollowingTab(): VNode {
  const [page, setPage] = useState(1);
  const [search, setSearch] = useState("");
  const [leaving, setLeaving] = useState<Follow>();
  const action = useAction();
  const list = useLoad(async () => await loadFollowing(page, search), `${page} ${search}`);
  const asked = useLoad(loadAsked, "");
  const config = useLoad(loadConfig, "");
  const nowMs = Date.now();

  async function reload(): Promise<void> {
    await Promise.all([list.reload(), asked.reload()]);
  }
  useRepeat(reload, (asked.value?.total ?? 0) > 0 || (list.value?.data.some(isUnderWay) ?? false), LOOK_AGAIN_MS);

  async function act(name: string, work: () => Promise<void>, done: string): Promise<boolean> {
    return await action.run(name, async () => await work().finally(reload), done);
  }

  async function back(enabled: boolean): Promise<void> {
    const change = { followings: { instance: { autoFollowBack: { enabled } } } };
    const said = enabled ? "Instances that follow this one are followed back from now on." : "Nobody is followed back from now on.";
    await action.run("follow-back", async () => void (await saveConfig(change)), said);
    await config.reload();
  }

  return (
    <>
      <FollowForm
        action={action}
        onFollow={async (text) => await act("follow", async () => await follow(text), "Asked. Each shows below as it answers.")}
      />
      <Load of={config}>
        {(value: CustomConfig) => (
          <Switch
            label="Follow instances back that follow this one"
            checked={value.followings.instance.autoFollowBack.enabled}
            disabled={action.busy !== undefined}
            onSwitch={(on) => void back(on)}
          />
        )}
      </Load>
      <Outcome action={action} />
      {asked.value !== undefined && asked.value.total > 0 && (
        <section aria-labelledby="asked-title">
          <h2 id="asked-title" class="admin-heading">
            Being looked up
          </h2>
          <ul class="admin-list">
            {asked.value.data.map((one) => (
              <AskedRow
                key={one.target}
                asked={one}
                nowMs={nowMs}
                busy={action.busy !== undefined}
                onRetry={() => void act("retry", async () => await retryFollow(one.target), `${one.target} is tried now.`)}
                onDrop={() => void act("drop", async () => await unfollow(one.target), `${one.target} isn’t looked up any more.`)}
              />
            ))}
          </ul>
        </section>
      )}
      <div class="admin-filter">
        <Search
          label="Search"
          value={search}
          onSearch={(text) => {
            setSearch(text);
            setPage(1);
          }}
        />
      </div>
      <Load of={list}>
        {({ total, data }) => (
          <>
            {data.length === 0 && (
              <div class="empty">
                <h2>{search === "" ? "This instance follows nobody yet" : "Nobody found"}</h2>
                <p>
                  {search === ""
                    ? "Follow an instance, an account or a channel: its videos, also those from before, are then listed here."
                    : "No followed host or name contains this."}
                </p>
              </div>
            )}
            <ul class="admin-list">
              {data.map((one) => (
                <FollowRow
                  key={one.id}
                  follow={one}
                  nowMs={nowMs}
                  busy={action.busy !== undefined}
                  onRetry={() =>
                    void act("retry", async () => await retryFollow(handleOf(one.following)), `${nameOf(one.following)} is asked again.`)
                  }
                  onLeave={() => setLeaving(one)}
                />
              ))}
            </ul>
            <Pages page={page} total={total} onPage={setPage} />
          </>
        )}
      </Load>
      {leaving !== undefined && (
        <Confirm
          title={`Unfollow ${nameOf(leaving.following)}?`}
          verb="Unfollow"
          onClose={() => setLeaving(undefined)}
          onConfirm={async () =>
            await act(
              "unfollow",
              async () => await unfollow(handleOf(leaving.following)),
              `${nameOf(leaving.following)} isn’t followed any more.`,
            )
          }
        >
          <p>Nothing new of it will arrive. What is here already stays.</p>
        </Confirm>
      )}
    </>
  );
}

function FollowForm({ action, onFollow }: { action: Action; onFollow: (text: string) => Promise<boolean> }): VNode {
  const [text, setText] = useState("");
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (text.trim() !== "" && (await onFollow(text))) {
      setText("");
    }
  }
  return (
    <form class="panel admin-follow" onSubmit={(event) => void submit(event)}>
      <label class="field" for="follow-targets">
        Follow
        <small id="follow-hint">Hosts, handles or addresses, one a line: example.org, name@example.org</small>
      </label>
      <textarea
        id="follow-targets"
        aria-describedby="follow-hint"
        rows={3}
        spellcheck={false}
        autocapitalize="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button class="button button-primary" type="submit" disabled={action.busy !== undefined}>
        {action.busy === "follow" ? "Asking…" : "Follow"}
      </button>
    </form>
  );
}

interface AskedRowProps {
  asked: AskedFollow;
  nowMs: number;
  busy: boolean;
  onRetry: () => void;
  onDrop: () => void;
}

function AskedRow({ asked, nowMs, busy, onRetry, onDrop }: AskedRowProps): VNode {
  return (
    <li class="panel admin-row">
      <div class="admin-row-text">
        <p class="admin-row-name">{asked.target}</p>
        {asked.attempts === 0 ? (
          <p class="card-line">Being looked up…</p>
        ) : (
          <p class="admin-trouble">
            {ended(asked.lastError ?? "It can’t be reached")} Tried {asked.attempts === 1 ? "once" : `${asked.attempts} times`}; next try{" "}
            {nextTry(asked.nextTryAt, nowMs)}.
          </p>
        )}
      </div>
      <div class="button-row">
        <button class="button button-small" type="button" disabled={busy} onClick={onRetry}>
          Try now<span class="visually-hidden"> {asked.target}</span>
        </button>
        <button class="button button-small" type="button" disabled={busy} onClick={onDrop}>
          Take back<span class="visually-hidden"> {asked.target}</span>
        </button>
      </div>
    </li>
  );
}

interface FollowRowProps {
  follow: Follow;
  nowMs: number;
  busy: boolean;
  onRetry: () => void;
  onLeave: () => void;
}

function FollowRow({ follow: one, nowMs, busy, onRetry, onLeave }: FollowRowProps): VNode {
  const { following, state } = one;
  const health = healthSentence(one, nowMs);
  const history = historySentence(one.history);
  return (
    <li class="panel admin-row">
      <div class="admin-row-text">
        <p class="admin-row-name">
          <a href={following.url} rel="noreferrer">
            {nameOf(following)}
          </a>{" "}
          <StateBadge state={state} />
          {one.health?.isBlocked === true && <span class="admin-state admin-state-rejected">Blocked</span>}
        </p>
        <p class="card-line">
          {typeOf(following)} · followed <When iso={one.createdAt} nowMs={nowMs} />
        </p>
        {health !== undefined && <p class="admin-trouble">{health}</p>}
        {history !== undefined && <p class={one.history?.state === "failed" ? "admin-trouble" : "admin-note"}>{history}</p>}
        {one.history?.state === "running" && (one.history.totalItems ?? 0) > 0 && (
          <progress aria-label={`Reading ${nameOf(following)}`} max={one.history.totalItems ?? 1} value={one.history.itemsRead} />
        )}
      </div>
      <div class="button-row">
        {state !== "accepted" && (
          <button class="button button-small" type="button" disabled={busy} onClick={onRetry}>
            Ask again<span class="visually-hidden"> {nameOf(following)}</span>
          </button>
        )}
        <button class="button button-small button-danger" type="button" disabled={busy} onClick={onLeave}>
          Unfollow<span class="visually-hidden"> {nameOf(following)}</span>
        </button>
      </div>
    </li>
  );
}
