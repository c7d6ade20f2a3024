import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { DeadLetter, FederationHost, FederationSummary } from "../../contract/federation-admin";
import { deleteLetter, loadDeadLetters, loadEvents, loadHosts, loadSummary, replayAllLetters, replayLetter, wakeHost } from "./follows-api";
import { Load, Outcome, Pages, Search, When } from "./parts";
import { useAction, useLoad, useRepeat, type Action } from "./use-load";
import { counted, ended, relativeTime } from "./words";

const LOOK_AGAIN_MS = 5000;

/** What waits to be delivered, to whom it doesn't come through, what was given up, and what happened by itself. */
export function DeliveriesTab(): VNode {
  const summary = useLoad(loadSummary, "");
  const action = useAction();
  const nowMs = Date.now();
  useRepeat(summary.reload, true, LOOK_AGAIN_MS);
  return (
    <>
      <Load of={summary}>{(value) => <Summary summary={value} nowMs={nowMs} />}</Load>
      <Outcome action={action} />
      <Hosts action={action} nowMs={nowMs} onChange={summary.reload} />
      <DeadLetters action={action} nowMs={nowMs} onChange={summary.reload} />
      <Events nowMs={nowMs} />
    </>
  );
}

function Summary({ summary: { deliveries, hosts, deadLetters, tasks }, nowMs }: { summary: FederationSummary; nowMs: number }): VNode {
  const { oldestDueAt } = deliveries;
  const facts: [label: string, count: number, detail: string][] = [
    [
      "Waiting deliveries",
      deliveries.waiting,
      oldestDueAt === null ? "nothing waits" : `the first is due ${relativeTime(oldestDueAt, nowMs)}`,
    ],
    ["Failing instances", hosts.failing, hosts.resting === 0 ? "none at rest" : `${hosts.resting} at rest`],
    ["Given up", deadLetters, "can be sent again"],
    ["Tasks", tasks.waiting, tasks.failing === 0 ? "none failed" : `${tasks.failing} to be tried again`],
  ];
  return (
    <dl class="admin-summary">
      {facts.map(([label, count, detail]) => (
        <div class="panel" key={label}>
          <dt>{label}</dt>
          <dd>
            <strong>{count.toLocaleString("en")}</strong>
            <span>{detail}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface PartProps {
  action: Action;
  nowMs: number;
  onChange: () => Promise<void>;
}

function Hosts({ action, nowMs, onChange }: PartProps): VNode {
  const [page, setPage] = useState(1);
  const [search, setSearch] = useState("");
  const list = useLoad(async () => await loadHosts(page, search), `${page} ${search}`);
  const most = Math.max(1, ...(list.value?.data.map(({ waiting }) => waiting) ?? []));
  async function wake(host: string): Promise<void> {
    await action.run("wake", async () => await wakeHost(host), `${host} is tried now.`);
    await Promise.all([list.reload(), onChange()]);
  }
  return (
    <section aria-labelledby="hosts-title">
      <h2 id="hosts-title" class="admin-heading">
        Instances
      </h2>
      {(search !== "" || (list.value?.total ?? 0) > 0) && (
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
      )}
      <Load of={list}>
        {({ total, data }) => (
          <>
            {data.length === 0 && (
              <p class="admin-note">{search === "" ? "Every instance takes what it is sent; nothing waits." : "None found."}</p>
            )}
            <ul class="admin-list">
              {data.map((host) => (
                <HostRow
                  key={host.host}
                  host={host}
                  most={most}
                  nowMs={nowMs}
                  busy={action.busy !== undefined}
                  onWake={() => void wake(host.host)}
                />
              ))}
            </ul>
            <Pages page={page} total={total} onPage={setPage} />
          </>
        )}
      </Load>
    </section>
  );
}

interface HostRowProps {
  host: FederationHost;
  /** What the longest bar stands for. */
  most: number;
  nowMs: number;
  busy: boolean;
  onWake: () => void;
}

function HostRow({ host: one, most, nowMs, busy, onWake }: HostRowProps): VNode {
  const { host, waiting, score, failures, failingSince, restingUntil, lastError, lastSuccessAt } = one;
  const isResting = restingUntil !== null && Date.parse(restingUntil) > nowMs;
  return (
    <li class="panel admin-row">
      <div class="admin-row-text">
        <p class="admin-row-name">{host}</p>
        <div class="admin-bar">
          <span class="admin-bar-track" aria-hidden="true">
            <span style={{ width: `${(waiting / most) * 100}%` }} />
          </span>
          <span>{waiting === 0 ? "nothing waits" : `${counted(waiting, "delivery", "deliveries")} waiting`}</span>
        </div>
        <p class="card-line">
          Health {score}
          {lastSuccessAt !== null && (
            <>
              {" · last took something "}
              <When iso={lastSuccessAt} nowMs={nowMs} />
            </>
          )}
        </p>
        {failures > 0 && (
          <p class="admin-trouble">
            Failed {failures === 1 ? "once" : `${failures} times in a row`}
            {failingSince !== null && (
              <>
                {", since "}
                <When iso={failingSince} nowMs={nowMs} />
              </>
            )}
            {lastError === null ? "." : ended(`: ${lastError}`)}
            {isResting && (
              <>
                {" Next try "}
                <When iso={restingUntil} nowMs={nowMs} />.
              </>
            )}
          </p>
        )}
      </div>
      {(isResting || waiting > 0) && (
        <button class="button button-small" type="button" disabled={busy} onClick={onWake}>
          Try now<span class="visually-hidden"> {host}</span>
        </button>
      )}
    </li>
  );
}

function DeadLetters({ action, nowMs, onChange }: PartProps): VNode {
  const [page, setPage] = useState(1);
  const list = useLoad(async () => await loadDeadLetters(page), String(page));
  async function act(work: () => Promise<void>, done: string): Promise<void> {
    await action.run("letter", work, done);
    await Promise.all([list.reload(), onChange()]);
  }
  return (
    <section aria-labelledby="letters-title">
      <h2 id="letters-title" class="admin-heading">
        Given up
      </h2>
      <Load of={list}>
        {({ total, data }) => (
          <>
            {data.length === 0 ? (
              <p class="admin-note">Nothing was given up.</p>
            ) : (
              <p>
                <button
                  class="button button-small"
                  type="button"
                  disabled={action.busy !== undefined}
                  onClick={() => void act(async () => void (await replayAllLetters()), "All are sent again.")}
                >
                  Send all again
                </button>
              </p>
            )}
            <ul class="admin-list">
              {data.map((letter) => (
                <LetterRow
                  key={letter.id}
                  letter={letter}
                  nowMs={nowMs}
                  busy={action.busy !== undefined}
                  onReplay={() => void act(async () => await replayLetter(letter.id), "It is sent again.")}
                  onDelete={() => void act(async () => await deleteLetter(letter.id), "It is forgotten.")}
                />
              ))}
            </ul>
            <Pages page={page} total={total} onPage={setPage} />
          </>
        )}
      </Load>
    </section>
  );
}

interface LetterRowProps {
  letter: DeadLetter;
  nowMs: number;
  busy: boolean;
  onReplay: () => void;
  onDelete: () => void;
}

function LetterRow({ letter, nowMs, busy, onReplay, onDelete }: LetterRowProps): VNode {
  const name =
    letter.kind === "delivery"
      ? `${letter.activityType ?? "Activity"} to ${letter.host ?? counted(letter.inboxes.length, "inbox", "inboxes")}`
      : `Message of ${letter.queue ?? "a queue"}`;
  return (
    <li class="panel admin-row">
      <div class="admin-row-text">
        <p class="admin-row-name">{name}</p>
        <p class="card-line">
          Given up <When iso={letter.deadAt} nowMs={nowMs} />
          {letter.attempts !== null && ` after ${counted(letter.attempts, "try", "tries")}`}
        </p>
        {letter.lastError !== null && <p class="admin-trouble">{letter.lastError}</p>}
        <details class="admin-details">
          <summary>Details</summary>
          <code>{letter.activityId ?? letter.body}</code>
        </details>
      </div>
      <div class="button-row">
        <button class="button button-small" type="button" disabled={busy} onClick={onReplay}>
          Send again<span class="visually-hidden">: {name}</span>
        </button>
        <button class="button button-small button-danger" type="button" disabled={busy} onClick={onDelete}>
          Forget<span class="visually-hidden">: {name}</span>
        </button>
      </div>
    </li>
  );
}

function Events({ nowMs }: { nowMs: number }): VNode {
  const [page, setPage] = useState(1);
  const list = useLoad(async () => await loadEvents(page), String(page));
  return (
    <section aria-labelledby="events-title">
      <h2 id="events-title" class="admin-heading">
        What happened
      </h2>
      <Load of={list}>
        {({ total, data }) => (
          <>
            {data.length === 0 && <p class="admin-note">Nothing to report.</p>}
            <ol class="admin-events">
              {data.map(({ id, note, createdAt }) => (
                <li key={id}>
                  <When iso={createdAt} nowMs={nowMs} />
                  <span>{note}</span>
                </li>
              ))}
            </ol>
            <Pages page={page} total={total} onPage={setPage} />
          </>
        )}
      </Load>
    </section>
  );
}
