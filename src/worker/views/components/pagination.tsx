import type { VNode } from "preact";

export const PAGE_SIZE = 24;
const MAX_PAGE = 10_000;

/** The page number of `?page=`, from 1; whatever isn't one is the first. */
export function pageNumberOf(url: URL): number {
  const number = Number(url.searchParams.get("page") ?? "1");
  return Number.isInteger(number) && number >= 1 && number <= MAX_PAGE ? number : 1;
}

/** Links to the page before and the page after. */
export function Pagination({ page, total, path }: { page: number; total: number; path: string }): VNode | null {
  const pages = Math.ceil(total / PAGE_SIZE);
  if (pages <= 1 && page === 1) {
    return null;
  }
  return (
    <nav class="pagination" aria-label="Pages">
      {page > 1 && (
        <a class="button" rel="prev" href={page === 2 ? path : `${path}?page=${page - 1}`}>
          ← Newer
        </a>
      )}
      <span>
        Page {page} of {Math.max(pages, 1)}
      </span>
      {page < pages && (
        <a class="button" rel="next" href={`${path}?page=${page + 1}`}>
          Older →
        </a>
      )}
    </nav>
  );
}
