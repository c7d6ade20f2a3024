import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { block, loadBlocked, unblock } from "./follows-api";
import { Load, Outcome, Pages, Search, When } from "./parts";
import { useAction, useLoad } from "./use-load";

/** The blacklist of instances. */
export function BlockedTab(): VNode {
  const [page, setPage] = useState(1);
  const [search, setSearch] = useState("");
  const [host, setHost] = useState("");
  const action = useAction();
  const list = useLoad(async () => await loadBlocked(page, search), `${page} ${search}`);
  const nowMs = Date.now();

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const wanted = host.trim();
    if (wanted !== "" && (await action.run("block", async () => await block(wanted), `${wanted} is blocked.`))) {
      setHost("");
      await list.reload();
    }
  }

  async function end(blocked: string): Promise<void> {
    await action.run("unblock", async () => await unblock(blocked), `${blocked} isn’t blocked any more.`);
    await list.reload();
  }

  return (
    <>
      <form class="panel admin-block" onSubmit={(event) => void submit(event)}>
        <label class="field" for="block-host">
          Block an instance
          <small id="block-hint">
            Its followers are rejected, what it sends is refused, its videos and comments aren’t listed, and it isn’t followed back.
          </small>
        </label>
        <div class="admin-block-fields">
          <input
            id="block-host"
            aria-describedby="block-hint"
            placeholder="example.org"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            maxLength={255}
            value={host}
            onInput={(event) => setHost(event.currentTarget.value)}
          />
          <button class="button button-danger" type="submit" disabled={action.busy !== undefined}>
            {action.busy === "block" ? "Blocking…" : "Block"}
          </button>
        </div>
      </form>
      <Outcome action={action} />
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
              <div class="empty">
                <h2>{search === "" ? "No instance is blocked" : "None found"}</h2>
              </div>
            )}
            <ul class="admin-list">
              {data.map(({ blockedServer, createdAt }) => (
                <li class="panel admin-row" key={blockedServer.host}>
                  <div class="admin-row-text">
                    <p class="admin-row-name">{blockedServer.host}</p>
                    <p class="card-line">
                      Blocked <When iso={createdAt} nowMs={nowMs} />
                    </p>
                  </div>
                  <button
                    class="button button-small"
                    type="button"
                    disabled={action.busy !== undefined}
                    onClick={() => void end(blockedServer.host)}
                  >
                    Unblock<span class="visually-hidden"> {blockedServer.host}</span>
                  </button>
                </li>
              ))}
            </ul>
            <Pages page={page} total={total} onPage={setPage} />
          </>
        )}
      </Load>
    </>
  );
}
