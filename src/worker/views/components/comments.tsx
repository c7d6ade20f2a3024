import type { VNode } from "preact";
import type { VideoDetails } from "../../../contract/video";
import { CommentsPolicy } from "../../../contract/video-constants";
import { MAX_COMMENT_LENGTH } from "../../../contract/comment";
import type { CommentSection } from "../../../domain/comments/read-comments";
import { paths } from "../../../protocol/paths";
import type { CommentRecord } from "../../../storage/d1/comment-reads";
import { commentHtml } from "../comment";
import { formatAge, formatDate } from "../format";
import { Avatar } from "../pages/actor";

// The comments under a video. The page has them without any script; src/client/entries/watch-social.ts sends new ones.

export interface CommentsProps {
  video: VideoDetails;
  section: CommentSection;
  nowMs: number;
}

export function Comments({ video, section, nowMs }: CommentsProps): VNode {
  const isOpen = video.commentsPolicy.id !== CommentsPolicy.disabled;
  return (
    <section class="comments" id="comments" aria-labelledby="comments-title" data-video={video.uuid}>
      <h2 id="comments-title">{section.total === 0 ? "Comments" : section.total === 1 ? "1 comment" : `${section.total} comments`}</h2>
      {isOpen ? (
        <CommentForm policy={video.commentsPolicy.id} path={paths.watch(video.uuid)} />
      ) : (
        <p class="comments-note">Comments are switched off for this video.</p>
      )}
      <div id="comment-list">
        {section.threads.length === 0
          ? isOpen && <p class="comments-note">No comments yet. Yours can be the first.</p>
          : section.threads.map((thread) => (
              <div class="thread">
                <CommentItem record={thread.first} nowMs={nowMs} />
                {thread.replies.length > 0 && (
                  <div class="thread-replies">
                    {thread.replies.map((reply) => (
                      <CommentItem record={reply} nowMs={nowMs} />
                    ))}
                  </div>
                )}
              </div>
            ))}
        {section.more && <p class="comments-note">Older comments aren’t shown here.</p>}
      </div>
    </section>
  );
}

function CommentForm({ policy, path }: { policy: number; /** The page's. */ path: string }): VNode {
  return (
    <>
      <form class="comment-form when-signed-in" id="comment-form">
        <label class="field">
          <span id="comment-label">Add a comment</span>
          <textarea name="text" rows={3} maxLength={MAX_COMMENT_LENGTH} required dir="auto" />
        </label>
        <p class="form-error" id="comment-error" role="alert" />
        <div class="button-row">
          <button class="button button-primary" type="submit">
            Comment
          </button>
          <button class="button" type="button" data-cancel-reply hidden>
            Don’t answer
          </button>
        </div>
        {policy === CommentsPolicy.requiresApproval && <p class="comments-note">Comments appear once the video’s owner approves them.</p>}
      </form>
      <p class="comments-note when-signed-out">
        <a href={`/login?next=${encodeURIComponent(path)}`}>Sign in</a> to comment.
      </p>
    </>
  );
}

function CommentItem({ record, nowMs }: { record: CommentRecord; nowMs: number }): VNode {
  const { comment, account } = record;
  if (comment.deletedAt !== null || account === null) {
    return <p class="comment comments-note">This comment was deleted.</p>;
  }
  const handle = account.host === null ? account.name : `${account.name}@${account.host}`;
  const createdAt = new Date(comment.createdAt).toISOString();
  return (
    <article class="comment" id={`comment-${comment.id}`}>
      <Avatar name={account.displayName} />
      <div class="comment-body">
        <p class="comment-head">
          <a href={paths.account(handle)} dir="auto">
            {account.displayName}
          </a>
          {account.host !== null && <span class="comment-host">@{account.host}</span>}
          <time dateTime={createdAt} title={formatDate(createdAt)}>
            {formatAge(createdAt, nowMs)}
          </time>
          {comment.held && <span class="tag">Waits for approval</span>}
        </p>
        <div class="prose" dir="auto" dangerouslySetInnerHTML={{ __html: commentHtml(record) }} />
        <p class="comment-actions when-signed-in">
          {!comment.held && (
            <button type="button" data-reply={comment.id} data-reply-name={account.displayName}>
              Answer
            </button>
          )}
          {account.host === null && (
            <button type="button" data-delete-comment={comment.id} data-author={account.id} hidden>
              Delete
            </button>
          )}
        </p>
      </div>
    </article>
  );
}
