import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A modal `<dialog>`, open as long as it is rendered; Escape asks to close it. */
export function Dialog({ titleId, onCancel, children }: { titleId: string; onCancel: () => void; children: ComponentChildren }): VNode {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
  }, []);
  function cancel(event: Event): void {
    event.preventDefault();
    onCancel();
  }
  return (
    <dialog ref={element} class="dialog" aria-labelledby={titleId} onCancel={cancel}>
      {children}
    </dialog>
  );
}
