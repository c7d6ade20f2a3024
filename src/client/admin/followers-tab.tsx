import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { CustomConfig, CustomConfigChange, Follow } from "../../contract/follow";
import { block, decideFollower, loadConfig, loadFollowers, rejectAll, saveConfig, type Decision, type FollowFilter } from "./follows-api";
import { Confirm, Load, Outcome, Pages, Search, StateBadge, Switch, When } from "./parts";
import { useAction, useLoad } from "./use-load";
import { handleOf, healthSentence, nameOf, typeOf } from "./words";

type Asking = { what: "remove" | "block"; follow: Follow } | { what: "reject-all" } | undefined;

const DONE: Record<Decision, string> = { accept: "is accepted.", reject: "is rejected.", remove: "is removed; it may ask again." };

/** Who follows the instance, or anybody here, and who may. */
export function FollowersTab(): VNode {
  const [page, setPage] = useState(1);
  const [filter, setFilter] = useState<FollowFilter>({ search: "", state: "", scope: "instance" });
  const [asking, setAsking] = useState<Asking>();
  const action = useAction();
  const list = useLoad(async () => await loadFollowers(page, filter), JSON.stringify([page, filter]));
  const config = useLoad(loadConfig, "");
  const nowMs = Date.now();

  function change(part: Partial<FollowFilter>): void {
    setFilter({ ...filter, ...part });
    setPage(1);
  }

  async function act(work: () => Promise<void>, done: string): Promise<boolean> {
    return await action.run("act", async () => await work().finally(async () => await Promise.all([list.reload(), config.reload()])), done);
  }

  async function decide({ follower, following }: Follow, decision: Decision): Promise<boolean> {
    const target = following.type === "Application" ? undefined : following.name;
    return await act(async () => await decideFollower(handleOf(follower), decision, target), `${nameOf(follower)} ${DONE[decision]}`);
  }

  return (
    <>
      <Load of={config}>
        {(value) => (
          <Rules
            config={value}
            busy={action.busy !== undefined}
            onChange={(part) => void act(async () => void (await saveConfig(part)), "Saved.")}
          />
        )}
      </Load>
      <Outcome action={action} />
      <div class="admin-filter">
        <label class="field">
          Followers of
          <select value={filter.scope} onChange={(event) => change({ scope: event.currentTarget.value })}>
            <option value="instance">this instance</option>
            <option value="all">everybody here</option>
          </select>
        </label>
        <label class="field">
          State
          <select value={filter.state} onChange={(event) => change({ state: event.currentTarget.value })}>
            <option value="">any</option>
            <option value="pending">waiting</option>
            <option value="accepted">accepted</option>
            <option value="rejected">rejected</option>
          </select>
        </label>
        <Search label="Search" value={filter.search} onSearch={(search) => change({ search })} />
      </div>
      <Load of={list}>
        {({ total, data }) => (
          <>
            {data.length === 0 && (
              <div class="empty">
                <h2>Nobody</h2>
                <p>{filter.search === "" && filter.state === "" ? "Nobody follows yet." : "Nobody matches this."}</p>
              </div>
            )}
            <ul class="admin-list">
              {data.map((one) => (
                <FollowerRow
                  key={one.id}
                  follow={one}
                  nowMs={nowMs}
                  busy={action.busy !== undefined}
                  onDecide={(decision) => (decision === "remove" ? setAsking({ what: "remove", follow: one }) : void decide(one, decision))}
                  onBlock={() => setAsking({ what: "block", follow: one })}
                />
              ))}
            </ul>
            <Pages page={page} total={total} onPage={setPage} />
          </>
        )}
      </Load>
      <section class="admin-end" aria-labelledby="reject-title">
        <h2 id="reject-title" class="admin-heading">
          Reject all
        </h2>
        <p class="admin-note">Ends every follow from elsewhere, and lets nobody follow until you allow it again.</p>
        <button
          class="button button-danger"
          type="button"
          disabled={action.busy !== undefined}
          onClick={() => setAsking({ what: "reject-all" })}
        >
          Reject all followers…
        </button>
      </section>
      {asking?.what === "remove" && (
        <Confirm
          title={`Remove ${nameOf(asking.follow.follower)}?`}
          verb="Remove"
          onClose={() => setAsking(undefined)}
          onConfirm={async () => await decide(asking.follow, "remove")}
        >
          <p>Nothing is sent there any more. It may ask to follow again; to keep it away, reject it or block its instance.</p>
        </Confirm>
      )}
      {asking?.what === "block" && (
        <Confirm
          title={`Block ${asking.follow.follower.host}?`}
          verb="Block"
          onClose={() => setAsking(undefined)}
          onConfirm={async () =>
            await act(async () => await block(asking.follow.follower.host), `${asking.follow.follower.host} is blocked.`)
          }
        >
          <p>Its followers are rejected, what it sends is refused, its videos and comments aren’t listed, and it isn’t followed back.</p>
        </Confirm>
      )}
      {asking?.what === "reject-all" && (
        <Confirm
          title="Reject all followers?"
          verb="Reject all followers"
          onClose={() => setAsking(undefined)}
          onConfirm={async () => await act(rejectAll, "All followers are being rejected. The list follows as they are told.")}
        >
          <p>
            Every instance and every person elsewhere that follows this instance, an account or a channel here is told that it doesn’t any
            more. Their viewers won’t see new videos of here.
          </p>
          <p>Following is then off, for the instance as for channels. To have somebody back, turn it on and accept them one by one.</p>
        </Confirm>
      )}
    </>
  );
}

interface RulesProps {
  config: CustomConfig;
  busy: boolean;
  onChange: (change: CustomConfigChange) => void;
}

function Rules({ config: { followers }, busy, onChange }: RulesProps): VNode {
  return (
    <fieldset class="panel admin-rules">
      <legend>Who may follow</legend>
      <Switch
        label="Instances may follow this one"
        checked={followers.instance.enabled}
        disabled={busy}
        onSwitch={(enabled) => onChange({ followers: { instance: { enabled } } })}
      />
      <Switch
        label="Followers of the instance wait until I accept them"
        checked={followers.instance.manualApproval}
        disabled={busy || !followers.instance.enabled}
        onSwitch={(manualApproval) => onChange({ followers: { instance: { manualApproval } } })}
      />
      <Switch
        label="Anybody may follow accounts and channels"
        checked={followers.channels.enabled}
        disabled={busy}
        onSwitch={(enabled) => onChange({ followers: { channels: { enabled } } })}
      />
    </fieldset>
  );
}

interface FollowerRowProps {
  follow: Follow;
  nowMs: number;
  busy: boolean;
  onDecide: (decision: Decision) => void;
  onBlock: () => void;
}

function FollowerRow({ follow, nowMs, busy, onDecide, onBlock }: FollowerRowProps): VNode {
  const { follower, following, state } = follow;
  const health = healthSentence(follow, nowMs);
  const name = nameOf(follower);
  const isBlocked = follow.health?.isBlocked === true;
  return (
    <li class="panel admin-row">
      <div class="admin-row-text">
        <p class="admin-row-name">
          <a href={follower.url} rel="noreferrer">
            {name}
          </a>{" "}
          <StateBadge state={state} />
          {isBlocked && <span class="admin-state admin-state-rejected">Blocked</span>}
        </p>
        <p class="card-line">
          {typeOf(follower)} · {following.type === "Application" ? "" : `follows ${following.name} · `}since{" "}
          <When iso={follow.createdAt} nowMs={nowMs} />
        </p>
        {health !== undefined && <p class="admin-trouble">{health}</p>}
      </div>
      <div class="button-row">
        {state !== "accepted" && (
          <button class="button button-small" type="button" disabled={busy} onClick={() => onDecide("accept")}>
            Accept<span class="visually-hidden"> {name}</span>
          </button>
        )}
        {state !== "rejected" && (
          <button class="button button-small" type="button" disabled={busy} onClick={() => onDecide("reject")}>
            Reject<span class="visually-hidden"> {name}</span>
          </button>
        )}
        <button class="button button-small" type="button" disabled={busy} onClick={() => onDecide("remove")}>
          Remove<span class="visually-hidden"> {name}</span>
        </button>
        {!isBlocked && follow.health !== undefined && (
          <button class="button button-small button-danger" type="button" disabled={busy} onClick={onBlock}>
            Block<span class="visually-hidden"> {follower.host}</span>
          </button>
        )}
      </div>
    </li>
  );
}
